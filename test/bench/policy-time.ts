import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createProject } from "../harness/act/project.ts";
import type { Rig } from "../rig/rig.ts";
import { compare, type Figure } from "./figure.ts";

const pack = dirname(fileURLToPath(import.meta.resolve("@opconnect/policy/package.json")));

/** Preview of one environment held to the policy pack, against the same preview held to nothing. */
export async function measurePolicyTime(rig: Rig, runs: number): Promise<Figure> {
  const project = await createProject({
    ...rig,
    name: "bench-policies",
    program: "typescript-commonjs",
    config: environmentConfig(rig, "benchpolicies"),
  });
  const previewTime = async (...words: readonly string[]) => {
    const start = performance.now();
    const { output } = await project.pulumi(["preview", ...words]);
    // Rules that it violates fail it; what counts is that all of it was looked at.
    if (!output.includes("Resources:")) throw new Error(`The preview failed: ${output}`);
    return performance.now() - start;
  };
  return compare(
    { runs, goal: "ratio <= 1.1" },
    () => previewTime("--policy-pack", pack),
    () => previewTime(),
  );
}
