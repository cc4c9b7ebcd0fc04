import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { declaredWave } from "./declared-wave.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-wave-"));
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ["config:\n  opconnect:wave: canary\n", "canary"],
  ["config:\n  opconnect:wave: 3\n", undefined],
  ["config:\n  acme:wave: canary\n", undefined],
  ["", undefined],
])("a stack file that holds %j names the wave %j", async (text, wave) => {
  const file = join(folder, "Pulumi.acme-prod.yaml");
  await writeFile(file, text);
  expect(await declaredWave({ name: "acme-prod", file })).toBe(wave);
});

test("a stack without a file names none", async () => {
  expect(await declaredWave({ name: "acme-prod" })).toBeUndefined();
});
