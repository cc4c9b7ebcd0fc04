import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CredentialsRig, createCredentialsRig } from "../../fixtures/credentials-rig.ts";

let rig: CredentialsRig;
let secrets: string;
beforeEach(async () => {
  rig = await createCredentialsRig();
  secrets = join(rig.folder, "secrets");
  await mkdir(secrets);
});
afterEach(() => rig.remove());

const orphans = (folder: string, ...words: readonly string[]) =>
  rig.opconnect(["orphans", "--age-folder", folder, ...words]);

test("an id that is none of an orphan is no success", async () => {
  const { stderr, exitCode } = await orphans(secrets, "nosuchid", "--delete", "--yes");
  expect({ stderr, exitCode }).toEqual({
    stderr: expect.stringMatching(/Of nosuchid there is no orphan.*\[OP_NOT_FOUND\]/),
    exitCode: 1,
  });
  expect((await orphans(secrets)).exitCode).toBe(0);
});

test("a folder that is not there makes no orphan of what it might claim", async () => {
  const server = ["connect", "server", "create", "acme-prod", "--vaults", "Engineering"];
  // It writes the credentials file where it is run.
  await execa(join(rig.folder, "bin", "op"), server, { cwd: rig.folder, env: rig.env });
  const { stdout, stderr, exitCode } = await orphans(join(secrets, "none"), "--settled", "0");
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
  expect(stderr).toContain("is not there. Name the folder that the stacks use");
  const found = await orphans(secrets, "--settled", "0");
  expect(found.stdout).toContain("acme-prod");
});

test("an age that is none is a wrong call, with the option's name", async () => {
  const { stderr, exitCode } = await orphans(secrets, "--settled", "5q");
  expect(stderr).toMatch(/`--settled` is "5q".*\[ARGUMENT_INVALID\]/);
  expect(exitCode).toBe(64);
});

test("an op that waits, as for a confirmation, is told of after two seconds", async () => {
  const op = join(rig.folder, "bin", "op");
  await rename(op, `${op}-real`);
  await writeFile(op, `#!/bin/sh\nsleep 3\nexec '${op}-real' "$@"\n`);
  await chmod(op, 0o755);
  const { stderr, exitCode } = await orphans(secrets);
  expect(stderr).toMatch(/^Listing what 1Password has/m);
  expect(stderr).toMatch(/^Waiting for `op` to .*: 1Password may be asking for a confirmation …$/m);
  expect(stderr).not.toContain("\u001b");
  expect(exitCode).toBe(0);
});
