import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { activeMinted } from "../harness/look/account.ts";
import { changes } from "../harness/look/engine-events.ts";
import { rig } from "../harness/rig-lane.ts";

/** Everything but what is left as it was. */
function changed({ events }: Run): readonly string[] {
  return Object.keys(changes(events)).filter((operation) => operation !== "same");
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

  test("goes down again", async () => {
    expectDone(await run("destroy"));
    expect(await activeMinted(rig, client)).toEqual({ servers: 0, tokens: 0 });
  });
});
