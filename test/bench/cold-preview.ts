import { rigChart } from "../harness/act/environment-config.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import type { Rig } from "../rig/rig.ts";
import { compare, type Figure } from "./figure.ts";

const config = {
  namespaces: [],
  args: {
    client: "acme",
    environment: "prod",
    vaults: ["app", "data"],
    items: { db: { namespace: "app", vault: "app", item: "postgres" } },
  },
};

/** Cold preview of one environment, against a hand-written program for the same objects. */
export async function measureColdPreview(rig: Rig, runs: number): Promise<Figure> {
  const { env, dir } = rig;
  const args = { ...config.args, chart: rigChart(rig) };
  const ours = await createProject({
    env,
    dir,
    name: "bench-ours",
    program: "typescript-commonjs",
    config: { ...config, args },
  });
  const theirs = await createProject({
    env,
    dir,
    name: "bench-theirs",
    program: "handwritten",
    config: {},
  });
  return compare(
    { runs, goal: "ratio <= 1.05" },
    () => previewTime(ours),
    () => previewTime(theirs),
  );
}

async function previewTime(project: Project): Promise<number> {
  const start = performance.now();
  const { exitCode, output } = await project.pulumi(["preview"]);
  if (exitCode !== 0) throw new Error(`The preview failed: ${output}`);
  return performance.now() - start;
}
