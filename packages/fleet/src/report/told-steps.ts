import type { StackReport } from "./model.ts";

type Step = StackReport["steps"][number];

/**
 * Steps as people are told of them, each of them counted and listed: without what only holds other
 * resources, where these tell the same. Where nothing else happens, it is told after all.
 */
export function toldSteps(steps: readonly Step[]): readonly Step[] {
  const told = steps.filter((step) => !holdsOthersOnly(step));
  return told.length > 0 ? told : steps;
}

function holdsOthersOnly({ type, operation, changes }: Step): boolean {
  const isComponent = type.startsWith("opconnect:index:") || type === "kubernetes:helm.sh/v4:Chart";
  return isComponent && (operation === "create" || operation === "delete" || changes.length === 0);
}
