import { chmod, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { compileCache } from "./compile-cache.ts";

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "compile-cache-"));
  vi.stubEnv("OPCONNECT_CACHE", base);
  vi.stubEnv("NODE_COMPILE_CACHE", undefined);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(base, { recursive: true, force: true });
  });
});

test("what an engine starts keeps its compiled modules in a folder of this user's alone", async () => {
  const { NODE_COMPILE_CACHE } = await compileCache();
  expect(NODE_COMPILE_CACHE).toBe(join(base, "compiled"));
  const { mode } = await stat(join(base, "compiled"));
  expect(mode & 0o777).toBe(0o700);
});

test("a folder that the user chose stays chosen", async () => {
  vi.stubEnv("NODE_COMPILE_CACHE", join(base, "chosen"));
  expect(await compileCache()).toEqual({});
});

test("nothing is run from a folder that others may write to", async () => {
  await mkdir(join(base, "compiled"));
  await chmod(join(base, "compiled"), 0o777);
  expect(await compileCache()).toEqual({});
});

test("where no folder can be made, none is named", async () => {
  vi.stubEnv("OPCONNECT_CACHE", "/dev/null");
  expect(await compileCache()).toEqual({});
});
