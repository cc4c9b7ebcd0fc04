import { cp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { opconnect } from "../harness/act/opconnect.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { withoutOp } from "../harness/disturb/without-op.ts";
import { activeMinted } from "../harness/look/account.ts";
import { changes } from "../harness/look/engine-events.ts";
import { rig } from "../harness/rig-lane.ts";

/** Everything but what is left as it was. */
function changed({ events }: Run): readonly string[] {
  return Object.keys(changes(events)).filter((operation) => operation !== "same");
}

async function tokenIdOf(project: Project): Promise<string | undefined> {
  return /"tokenId": "(\w+)"/.exec(await project.state())?.[1];
}

function expectDone({ exitCode, output }: Run): void {
  expect(exitCode, output).toBe(0);
}

describe("an environment that keeps its credentials in age-encrypted files", () => {
  const client = "agefile";
  const folder = "credentials";
  let project: Project;
  let identityFile: string;
  /** No AWS is known there. */
  let env: Readonly<Record<string, string | undefined>>;
  beforeAll(async () => {
    const identity = await generateX25519Identity();
    const recipients = [await identityToRecipient(identity)];
    const store = { kind: "age-file", folder, recipients } as const;
    const config = environmentConfig(rig, client, { store, items: {} });
    project = await createProject({ ...rig, name: client, config });
    identityFile = join(project.dir, "identity.txt");
    await writeFile(identityFile, `${identity}\n`, { mode: 0o600 });
    const ofAws = Object.keys(rig.env).filter((name) => name.startsWith("AWS_"));
    env = {
      ...Object.fromEntries(ofAws.map((name) => [name, undefined])),
      OPCONNECT_AGE_IDENTITY_FILE: identityFile,
    };
  });
  afterAll(async () => {
    await project.pulumi(["destroy", "--yes", "--skip-preview"], env);
    await rm(identityFile, { force: true });
  });
  const run = (command: string) => project.pulumi([command, "--yes", "--skip-preview"], env);

  test("comes up without AWS, with one file per credential and nothing readable in it", async () => {
    expectDone(await project.pulumi(["preview"], env));
    expectDone(await run("up"));
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
    const files = await readdir(join(project.dir, folder), { recursive: true });
    const encrypted = files.filter((file) => file.endsWith(".age"));
    expect(encrypted.sort()).toEqual([
      `opconnect/${client}/prod/credentials.age`,
      `opconnect/${client}/prod/operator-token.age`,
    ]);
    for (const file of encrypted) {
      const text = await readFile(join(project.dir, folder, file), "utf8");
      expect(text).toMatch(/^(age-encryption\.org|-----BEGIN AGE ENCRYPTED FILE-----)/);
    }
    expect((await project.state()).includes(project.dir)).toBe(false);
  });

  test("changes nothing on a second up, and knows nothing more after a refresh", async () => {
    for (const command of ["up", "refresh", "up"]) {
      const done = await run(command);
      expectDone(done);
      expect(changed(done)).toEqual([]);
    }
  });

  test("is previewed by a runner that cannot decrypt it", async () => {
    const preview = await project.pulumi(["preview"], {
      ...env,
      OPCONNECT_AGE_IDENTITY_FILE: undefined,
    });
    expectDone(preview);
    expect(changed(preview)).toEqual([]);
  });

  test("takes no older token from a clone that was not pulled, though it cannot ask op", async () => {
    const [credentials, clone] = [join(project.dir, folder), join(project.dir, "clone")];
    await cp(credentials, clone, { recursive: true });
    const words = ["rotate", "main", "--token", "operator", "--yes"];
    const rotated = await opconnect(rig, words, { cwd: project.dir, env });
    expect(rotated.exitCode, rotated.stderr).toBe(0);
    const tokenId = await tokenIdOf(project);
    const pulled = join(project.dir, "pulled");
    await rename(credentials, pulled);
    await rename(clone, credentials);
    const { PATH } = await withoutOp(rig);
    const stale = await project.pulumi(["up", "--yes", "--skip-preview"], { ...env, PATH });
    expectDone(stale);
    expect(stale.output).toContain("If it is in a clone, pull;");
    expect(changed(stale)).toEqual([]);
    expect(await tokenIdOf(project)).toBe(tokenId);
    await rm(credentials, { recursive: true });
    await rename(pulled, credentials);
    const again = await run("up");
    expectDone(again);
    expect(changed(again)).toEqual([]);
  });

  test("changes nothing in the middle of a merge, and says which side is to be taken", async () => {
    const path = join(project.dir, folder, `opconnect/${client}/prod/operator-token.age.json`);
    const merged = await readFile(path, "utf8");
    const tokenId = await tokenIdOf(project);
    await writeFile(path, `<<<<<<< HEAD\n${merged}=======\n${merged}>>>>>>> theirs\n`);
    const conflicting = await run("up");
    expect(conflicting.output).toContain("take the side of whoever ran `pulumi up` last");
    expect(changed(conflicting)).toEqual([]);
    await writeFile(path, merged);
    const again = await run("up");
    expectDone(again);
    expect(changed(again)).toEqual([]);
    expect(await tokenIdOf(project)).toBe(tokenId);
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
  });

  test("goes down again", async () => {
    expectDone(await run("destroy"));
    expect(await activeMinted(rig, client)).toEqual({ servers: 0, tokens: 0 });
  });
});
