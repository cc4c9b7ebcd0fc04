import type { Target } from "./target.ts";
import { awsTargets } from "./targets/aws.ts";
import { componentTargets } from "./targets/components.ts";
import { coreTargets } from "./targets/core.ts";
import { keptTargets } from "./targets/kept.ts";
import { opTargets } from "./targets/op.ts";

/** All that takes input from outside. */
export const targets: readonly Target[] = [
  ...componentTargets,
  ...coreTargets,
  ...opTargets,
  ...keptTargets,
  ...awsTargets,
];
