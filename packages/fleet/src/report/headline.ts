import { counted } from "@opconnect/core/counted";
import type { StackReport } from "./model.ts";
import type { Change } from "./shapes/generalise.ts";
import { toldSteps } from "./told-steps.ts";

/** What happens, in a few words, the most telling first. */
export function headlineOf(change: Change): string {
  const { outcome, problems, steps, outputs } = change;
  if (outcome === "failed") {
    const codes = [...new Set(problems.map(({ code }) => code))];
    return `cannot be previewed: ${codes.join(", ")}`;
  }
  const words = [...new Set([...chartOf(change), ...environmentOf(change), ...kindsOf(change)])];
  if (words.length > 0) return words.slice(0, 3).join(", ");
  if (outcome === "unchanged") return countsOf(change);
  if (steps.length === 0) return `outputs: ${outputs.map(({ path }) => path).join(", ")}`;
  return countsOf(change);
}

/**
 * What is done to how many of the resources that are told, e.g. `"create 1 resource, update 3"`; of
 * a stack of which only outputs change, how many of these.
 */
export function countsOf({ steps, outputs }: Pick<Change, "steps" | "outputs">): string {
  const told = toldSteps(steps);
  const counts = operations.flatMap((operation) => {
    const count = told.filter((step) => step.operation === operation).length;
    return count === 0 ? [] : [{ operation, count }];
  });
  if (counts.length === 0)
    return outputs.length === 0 ? "no change" : counted(outputs.length, "output");
  const words = counts.map(({ operation, count }, index) => {
    return `${operation} ${index === 0 ? counted(count, "resource") : count}`;
  });
  return words.join(", ");
}

const operations: readonly StackReport["steps"][number]["operation"][] = [
  ...(["create", "import", "read", "update", "replace", "delete", "refresh"] as const),
];

function chartOf({ steps }: Change): readonly string[] {
  for (const { path, before, after } of steps.flatMap(({ changes }) => changes)) {
    if (path !== 'metadata.labels["helm.sh/chart"]') continue;
    const [from, to] = [before, after].map((shown) =>
      shown !== undefined && "value" in shown
        ? /^connect-(\d.*)$/.exec(String(shown.value))?.[1]
        : undefined,
    );
    if (from !== undefined && to !== undefined) return [`chart ${from} → ${to}`];
  }
  return [];
}

function environmentOf({ steps }: Change): readonly string[] {
  const step = steps.find(({ type }) => type === "opconnect:index:ConnectEnvironment");
  if (step?.operation === "create") return ["new environment"];
  return step?.operation === "delete" ? ["environment removed"] : [];
}

const kinds: Readonly<Partial<Record<StackReport["risks"][number]["kind"], string>>> = {
  "secret-in-clear": "secret in clear configuration",
  "server-replaced": "Connect server replaced",
  "vault-deleted": "vault goes",
  "access-widened": "access widened",
  "secret-deleted": "Secret deleted",
  "secret-moved": "Secret moved",
  "token-replaced": "Connect token replaced",
  "watch-widened": "operator watches more",
  "reader-added": "new reader of the store",
  "crd-changed": "CustomResourceDefinition changed",
  drift: "drift",
  "policy-violation": "policy violated",
};

function kindsOf({ risks }: Change): readonly string[] {
  return Object.entries(kinds).flatMap(([kind, words]) =>
    risks.some((risk) => risk.kind === kind) ? [words] : [],
  );
}
