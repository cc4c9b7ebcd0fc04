import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installSilentPulumi } from "../../fixtures/silent-pulumi.ts";
import { planByPulumi } from "./update-by-pulumi.ts";

async function planned(folder: string, state: { checkpoint: string }) {
  const file = join(folder, "Pulumi.acme-prod.yaml");
  await writeFile(file, "config: {}\n");
  const place = { root: folder, programFolder: folder, stackFolder: folder };
  const project = { ...place, name: "client", file: join(folder, "Pulumi.yaml") };
  const plan = await planByPulumi({
    project: { ...project, entryPoint: ".", runtime: "nodejs", runtimeOptions: {} },
    stack: { name: "acme-prod", file },
    checkpoint: async () => state.checkpoint,
    previewLimitMs: 3_000,
    forceAfterMs: 200,
    terminated: new AbortController().signal,
  });
  return { plan, file };
}

test("a preview whose backend gives no answer ends in time, by force if need be, and says so", async () => {
  const folder = await installSilentPulumi();
  const state = { checkpoint: "one" };
  const { plan, file } = await planned(folder, state);
  const report = await plan.preview();
  expect(report).toMatchObject({
    outcome: "failed",
    checkpoint: "one",
    problems: [{ code: "PREVIEW_TIMED_OUT", happened: expect.stringContaining("3 seconds") }],
  });
  const pid = Number(await readFile(join(folder, "pid"), "utf8"));
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");

  expect(await plan.changesSince()).toEqual([]);
  await writeFile(file, "config: { acme:password: { secure: v1:abc } }\n");
  state.checkpoint = "two";
  expect(await plan.changesSince()).toEqual([
    "The configuration in its stack file was changed after its preview",
    "It was updated after its preview",
  ]);
  await plan.dispose();
});
