import type { StackReport } from "../report/model.ts";
import type { Change } from "../report/shapes/generalise.ts";
import { toldSteps } from "../report/told-steps.ts";

type Step = StackReport["steps"][number];
type PropertyChange = StackReport["outputs"][number];

/** How the operations are marked, as in a diff. */
const operationMarks: Readonly<Record<Step["operation"], string>> = {
  create: "+",
  import: "+",
  delete: "-",
  replace: "!",
  update: "~",
  read: "·",
  refresh: "·",
};

/**
 * What happens to resources, in lines: of one that is new or gone its name, of another also what
 * changes.
 */
export function stepLines({ steps, outputs }: Pick<Change, "steps" | "outputs">): string[] {
  const lines = toldSteps(steps).flatMap((step) => {
    const { operation, type, name, causes, retained, leftover } = step;
    const why = causes.length > 0 ? ` (for ${causes.join(", ")})` : "";
    const stays = retained ? " (it stays where it is)" : "";
    const rest = leftover ? " (left of a replacement)" : "";
    const head = `${operationMarks[operation]} ${operation} ${kindOf(type)} ${name}${why}${stays}${rest}`;
    return operation === "create" || operation === "delete"
      ? [head]
      : [head, ...below(step.changes)];
  });
  const told = outputs.length > 0 ? ["~ outputs of the stack", ...below(outputs)] : [];
  return [...lines, ...told].map(onOneLine);
}

/** Last part of a type: `Deployment` of `kubernetes:apps/v1:Deployment`. */
export function kindOf(type: string): string {
  return type.split(":").at(-1) ?? type;
}

/** A value of a property in words. */
function shownInWords(shown: PropertyChange["before"]): string {
  if (shown === undefined) return "none";
  return "hidden" in shown ? `(${shown.hidden})` : JSON.stringify(shown.value);
}

/** A text that can be no other line, and no command of a terminal. */
export function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ");
}

function below(changes: readonly PropertyChange[]): readonly string[] {
  return changes.map(({ path, before, after }) => {
    const where = path === "" ? "a property" : path;
    return `    ${where}: ${shownInWords(before)} → ${shownInWords(after)}`;
  });
}
