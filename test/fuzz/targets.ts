import type { Target } from "./target.ts";
import { awsTargets } from "./targets/aws.ts";
import { coreTargets } from "./targets/core.ts";
import { keptTargets } from "./targets/kept.ts";
import { opTargets } from "./targets/op.ts";

/** All that takes input from outside. */
export const targets: readonly Target[] = [
  ...coreTargets,
  ...opTargets,
  ...keptTargets,
  ...awsTargets,
];
