import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { locateStateFiles } from "./locate.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "locate-test-"));
  await writeFile(join(dir, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  vi.stubEnv("PATH", [dir, process.env.PATH].join(delimiter));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true, force: true });
});

const located = async (url: string, stack = "main", folder = dir) => {
  const pulumi = join(dir, "pulumi");
  await writeFile(pulumi, `#!/bin/sh\necho '{"user":"ann","url":"${url}"}'\n`);
  await chmod(pulumi, 0o755);
  return (await locateStateFiles({ folder, stack }))?.state;
};

test("a backend of files keeps a stack below its project, wherever the files are", async () => {
  const below = ".pulumi/stacks/shop/main.json";
  expect(await located("file:///srv/a%20b?metadata=skip")).toBe(`/srv/a b/${below}`);
  expect(await located("file://~/state")).toBe(join(homedir(), "state", below));
  expect(await located("file://./state")).toBe(join(dir, "state", below));
  expect(await located("file:///srv", "organization/other/main")).toBe(
    "/srv/.pulumi/stacks/other/main.json",
  );
  await mkdir(join(dir, "deep"));
  expect(await located("file:///srv", "main", join(dir, "deep"))).toBe(`/srv/${below}`);
});

test.each(["https://api.pulumi.com/ann", "s3://bucket"])("%s has no files here", async (url) => {
  expect(await located(url)).toBeUndefined();
});
