import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createProject } from "../harness/act/project.ts";
import type { Rig } from "../rig/rig.ts";
import { compare, type Figure } from "./figure.ts";

const pack = dirname(fileURLToPath(import.meta.resolve("@opconnect/policy/package.json")));

/** An environment has some items; of the smallest, most of what is added is the start of the pack. */
const itemCounts = [1, 25] as const;

/** Previews of one environment held to the policy pack, against the same previews held to nothing. */
export async function measurePolicyTime(
  rig: Rig,
  runs: number,
): Promise<Readonly<Record<string, Figure>>> {
  const figures: Record<string, Figure> = {};
  for (const count of itemCounts) {
    const client = `benchpolicies${count}`;
    const item = { namespace: `${client}-app`, vault: "app", item: "postgres" };
    const keys = Array.from({ length: count }, (_, at) => `item-${at}`);
    const project = await createProject({
      ...rig,
      name: client,
      program: "typescript-commonjs",
      config: environmentConfig(rig, client, {
        items: Object.fromEntries(keys.map((key) => [key, item])),
      }),
    });
    const previewTime = async (...words: readonly string[]) => {
      const start = performance.now();
      const { output } = await project.pulumi(["preview", ...words]);
      // Rules that it violates fail it; what counts is that all of it was looked at.
      if (!output.includes("Resources:")) throw new Error(`The preview failed: ${output}`);
      return performance.now() - start;
    };
    figures[`preview of ${count} items held to policies`] = await compare(
      { runs, goal: "ratio <= 1.1" },
      () => previewTime("--policy-pack", pack),
      () => previewTime(),
    );
  }
  return figures;
}
