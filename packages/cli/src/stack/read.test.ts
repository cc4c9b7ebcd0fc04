import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readStack } from "./read.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-read-"));
  await writeFile(join(folder, "Pulumi.yaml"), "name: p\nruntime: nodejs\n");
  vi.stubEnv("PATH", [folder, process.env.PATH].join(delimiter));
  vi.stubEnv("PULUMI_BACKEND_URL", "https://pulumi.example.com");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A `pulumi` with the stack acme-prod alone, which says this of every other one. */
async function pulumiThatSays(text: string): Promise<void> {
  const file = join(folder, "pulumi");
  const list = JSON.stringify([{ name: "acme-prod" }]);
  const script = `#!/bin/sh\n[ "$2" = ls ] && echo '${list}' && exit 0\necho "${text}" >&2\nexit 255\n`;
  await writeFile(file, script);
  await chmod(file, 0o755);
}

const failure = (stack: string) => readStack({ folder, stack }).catch((error: unknown) => error);

test("a stack that is not there is named beside those that are", async () => {
  await pulumiThatSays("error: no stack named 'acme-prd' found");
  expect(await failure("acme-prd")).toMatchObject({
    code: "STACK_NOT_FOUND",
    happened: 'There is no stack "acme-prd".',
    remedy: "Did you mean acme-prod?",
  });
});

test("another failure of `pulumi` is told in its own words", async () => {
  await pulumiThatSays("error: no credentials");
  expect(await failure("acme-prod")).toMatchObject({
    code: "PULUMI_FAILED",
    happened: expect.stringContaining("no credentials"),
  });
});
