import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installSilentPulumi } from "../../fixtures/silent-pulumi.ts";
import { planByPulumi, type ReviewedStack } from "./update-by-pulumi.ts";

async function planned(
  folder: string,
  state: { checkpoint: string },
  given: Pick<ReviewedStack, "policies"> = {},
) {
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
    ...given,
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

const diagnostic = (message: string) =>
  JSON.stringify({ diagnosticEvent: { severity: "error", message, color: "never" } });

test.each([
  ["the engine reports", [diagnostic("fixture-password is wrong")], "[FLEET_UPDATE_FAILED]"],
  ["is one of ours", [diagnostic("No. Do it. [OP_NOT_SIGNED_IN]")], "[OP_NOT_SIGNED_IN]"],
  ["nobody tells", [], "[FLEET_UPDATE_FAILED]"],
])(
  "an error of an update that %s is told as one, and not as a preview's",
  async (_, said, code) => {
    const folder = await installSilentPulumi();
    const { plan } = await planned(folder, { checkpoint: "one" });
    const events = [JSON.stringify({ preludeEvent: { config: {} } }), ...said];
    await writeFile(
      join(folder, "pulumi"),
      `#!/bin/sh\ncat <<'END'\n${events.join("\n")}\nEND\nexit 255\n`,
    );
    const because = await plan.apply();
    expect(because).toContain(code);
    expect(because).toContain("`pulumi up --stack acme-prod`");
    expect(because).not.toMatch(/fixture-password|preview/i);
    await plan.dispose();
  },
);

test("preview and update are held to the same policies", async () => {
  const folder = await installSilentPulumi();
  const policies = { packs: ["/rules"], configs: ["/policies.json"] };
  const { plan } = await planned(folder, { checkpoint: "one" }, { policies });
  await writeFile(join(folder, "pulumi"), `#!/bin/sh\necho "$@" >>'${folder}/asked'\n`);
  await plan.preview();
  await plan.apply();
  const asked = (await readFile(join(folder, "asked"), "utf8")).trim().split("\n");
  expect(asked).toEqual([
    expect.stringMatching(/^preview .*--policy-pack \/rules --policy-pack-config \/policies.json /),
    expect.stringMatching(/^up .*--policy-pack \/rules --policy-pack-config \/policies.json /),
  ]);
  await plan.dispose();
});

test("an update whose stack is locked is told as an update", async () => {
  const folder = await installSilentPulumi();
  const { plan } = await planned(folder, { checkpoint: "one" });
  const said = "error: the stack is currently locked by 1 lock(s)";
  await writeFile(join(folder, "pulumi"), `#!/bin/sh\necho '${said}' >&2\nexit 255\n`);
  expect(await plan.apply()).toMatch(/^The update of acme-prod failed: .*\[PULUMI_STACK_LOCKED\]$/);
  await plan.dispose();
});
