import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { onepasswordOperator } from "./catalog.ts";
import { ensureOperator, findOperator, operatorVersions } from "./operators.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-operators-"));
  vi.stubEnv("OPCONNECT_OPERATORS", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test("there are as many operators as the charts bring, and the newest is the one always there", () => {
  expect(operatorVersions).toEqual(["1.8.1", "1.9.0", "1.9.1", "1.10.1", "1.11.0", "1.12.0"]);
  expect(operatorVersions.at(-1)).toBe(onepasswordOperator.version);
});

test("each version is a program of its own, built from its Go module", () => {
  const found = operatorVersions.map(findOperator);
  expect(new Set(found.map(({ path }) => path)).size).toBe(operatorVersions.length);
  expect(found.map(({ kind }) => kind)).not.toContain("real");
});

test("what OPCONNECT_OPERATORS has of a version wins over a build", async () => {
  const path = join(folder, "onepassword-operator-1.9.1");
  await writeFile(path, "");
  vi.stubEnv("OPCONNECT_OPERATORS", folder);
  expect(await ensureOperator("1.9.1", () => {})).toMatchObject({ path, kind: "real" });
  expect(findOperator("1.10.1").kind).toBe("built");
});

test("a version that no chart brings is refused, unless the folder has it", async () => {
  await expect(ensureOperator("1.99.0", () => {})).rejects.toThrow("version 1.99.0");
  const path = join(folder, "onepassword-operator-1.99.0");
  await writeFile(path, "");
  vi.stubEnv("OPCONNECT_OPERATORS", folder);
  expect((await ensureOperator("1.99.0", () => {})).path).toBe(path);
});
