import { renderJson } from "../terminal/output/render-json.ts";
import { rotateFleetOutput, rotateOutput } from "../terminal/output/rotate.ts";
import { renderTable } from "../terminal/table.ts";
import { label, type Replacement } from "./rotate-stack.ts";

/** Renders what was replaced for people. */
export function render(replacements: readonly Replacement[]): string {
  const rows = replacements.map(({ target, replacedBy = "(not replaced)", oldOne }) => {
    return [label(target), target.id, replacedBy, oldOne];
  });
  return renderTable(["REPLACED", "OLD", "NEW", "THE OLD ONE IS"], rows);
}

/** Renders what was replaced in a stack for programs. */
export function renderRotationJson(stack: string, replacements: readonly Replacement[]): string {
  return renderJson(rotateOutput, { stack, rotated: toJson(replacements) });
}

/** Renders how the stacks of a fleet came out for programs. */
export function renderFleetJson(
  stacks: readonly {
    readonly stack: string;
    readonly end: string;
    readonly replacements: readonly Replacement[];
  }[],
): string {
  const told = stacks.map(({ stack, end, replacements }) => ({
    stack,
    outcome: end,
    rotated: toJson(replacements),
  }));
  return renderJson(rotateFleetOutput, { stacks: told });
}

function toJson(replacements: readonly Replacement[]) {
  return replacements.map(({ target: { kind, name, consumer, id }, replacedBy, oldOne }) => {
    const oldIsRevoked = oldOne === "revoked";
    return { kind, name, consumer, old: id, new: replacedBy ?? null, oldIsRevoked };
  });
}
