import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");

// Of our own run, nothing is to reach theirs.
const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;

test.concurrent.each(["vitest", "jest", "mocha"])(
  "a user tests a program with %s, as docs/testing.md says",
  async (framework) => {
    const cwd = join(repository, "examples", `tests-${framework}`);
    const { all, exitCode } = await execa("npm", ["test"], {
      cwd,
      env,
      extendEnv: false,
      all: true,
      reject: false,
    });
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/each consumer a secret|each consumer has a secret/);
  },
);
