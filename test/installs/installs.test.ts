import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { instructionsFor, managers } from "./docs.ts";
import { install, packTarballs } from "./install.ts";

// It asks the registry, and writes thousands of files.
vi.setConfig({ testTimeout: 600_000 });

test("the packed packages run where npm installs them, and take less than 180 MB", async () => {
  const tarballs = await mkdtemp(join(tmpdir(), "opconnect-tarballs-"));
  onTestFinished(() => rm(tarballs, { recursive: true }));
  await packTarballs(tarballs);
  const { program, sizeMb } = await install("npm", tarballs);
  expect(JSON.parse(program)).toEqual({ made: expect.any(Number), handlers: ["function"] });
  expect(sizeMb).toBeLessThan(180);
});

test.each(["pnpm", "Yarn 1", "Yarn 4", "Bun"] as const)(
  "docs/install.md has an override block and a command for %s",
  (manager) => {
    const { manifest, settings, command } = instructionsFor(manager);
    expect(`${JSON.stringify(manifest)}${settings}`).toContain("opconnect-provision-0.1.0.tgz");
    expect(`${JSON.stringify(manifest)}${command}`).toContain("opconnect-pulumi-0.1.0.tgz");
    expect(command).not.toBe("");
    expect(Object.keys(managers)).toContain(manager);
  },
);
