import type { StackReport } from "../model.ts";
import type { StackIdentity } from "./placeholders.ts";
import { placeholders } from "./placeholders.ts";

/** What happens to a stack, without whose it is. */
export type Change = Pick<
  StackReport,
  "outcome" | "steps" | "outputs" | "minting" | "risks" | "problems"
>;

/** The change as it is for any client and environment: with placeholders where a text names them. */
export function generalise(change: Change, identity: StackIdentity): Change {
  return rewrite(change, placeholders(identity));
}

/** The change with another text in the place of each that a program chose. */
export function rewrite(change: Change, of: (text: string) => string): Change {
  const { outcome, steps, outputs, minting, risks, problems } = change;
  return {
    outcome,
    // Types are Pulumi's words: none of them is a client's.
    steps: steps.map((step) => ({
      ...step,
      urn: of(step.urn),
      name: of(step.name),
      changes: rewriteProperties(step.changes, of),
    })),
    outputs: rewriteProperties(outputs, of),
    minting: minting.map((need) => ({ ...need, name: of(need.name) })),
    risks: risks.map((risk) => ({ ...risk, text: of(risk.text) })),
    problems: problems.map(({ code, happened, remedy }) => {
      return { code, happened: of(happened), remedy: of(remedy) };
    }),
  };
}

type PropertyChanges = StackReport["outputs"];
type Shown = PropertyChanges[number]["before"];

function rewriteProperties(
  changes: PropertyChanges,
  of: (text: string) => string,
): PropertyChanges {
  return changes.map(({ path, before, after }) => ({
    path: of(path),
    ...(before !== undefined && { before: rewriteValue(before, of) }),
    ...(after !== undefined && { after: rewriteValue(after, of) }),
  }));
}

function rewriteValue(shown: NonNullable<Shown>, of: (text: string) => string): NonNullable<Shown> {
  return "value" in shown && typeof shown.value === "string" ? { value: of(shown.value) } : shown;
}
