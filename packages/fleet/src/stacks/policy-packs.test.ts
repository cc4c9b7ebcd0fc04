import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { findPolicyPacks, policyPackWords } from "./policy-packs.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-policies-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "pack"));
  await writeFile(join(folder, "pack/PulumiPolicy.yaml"), "runtime: nodejs\n");
  await writeFile(join(folder, "policies.json"), "{}");
});

test("a pack and its configuration become options of pulumi, by whole paths", async () => {
  const [pack, config] = [join(folder, "pack"), join(folder, "policies.json")];
  const found = await findPolicyPacks({ packs: [`${pack}/../pack`], configs: [config] });
  expect(policyPackWords(found)).toEqual(["--policy-pack", pack, "--policy-pack-config", config]);
});

test.each([
  ["a folder without a pack", { packs: ["."], configs: [] }, "There is no policy pack in"],
  ["a file that is not there", { packs: ["pack"], configs: ["none.json"] }, "There is no file"],
  ["a configuration of none", { packs: [], configs: ["policies.json"] }, "more configurations"],
])("%s is refused", async (_, { packs, configs }, happened) => {
  const within = (names: readonly string[]) => names.map((name) => join(folder, name));
  const finding = findPolicyPacks({ packs: within(packs), configs: within(configs) });
  await expect(finding).rejects.toMatchObject({
    code: "ARGUMENT_INVALID",
    message: expect.stringContaining(happened),
  });
});
