import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { fixtureCredentialsFile } from "../../fixtures/data/credentials-file.ts";
import { createScriptedOp, type ScriptedOp, tellsWho } from "../../fixtures/fakes/scripted-op.ts";
import { createOpCli } from "./op-cli.ts";

// Starting processes takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let op: ScriptedOp | undefined;

afterEach(async () => {
  await op?.remove();
  op = undefined;
});

const serverId = "FIXTURESERVER2345672345672";
const file = fixtureCredentialsFile("one");
const request = { name: "acme-prod", vaultIds: ["fixturevaultone23456723456"], knownIds: [] };
const logsCall = 'echo "$PWD $*" >> "$TMPDIR/log"';
const writesFile = `printf '%s' '${file}' > 1password-credentials.json`;
const printsId = `echo 'Set up a Connect server.'; echo 'UUID: ${serverId}'; echo 'Credentials file: x'`;

/** What stays in the folder that temporary folders are made in. */
async function leftovers(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith("opconnect-"));
}

async function createWith(...lines: readonly string[]) {
  op = await createScriptedOp(logsCall, ...lines);
  vi.stubEnv("TMPDIR", op.folder);
  try {
    return await createOpCli({ env: op.env }).createServer(request);
  } finally {
    vi.unstubAllEnvs();
    expect(await leftovers(op.folder)).toEqual([]);
  }
}

async function calls(): Promise<readonly string[]> {
  const log = await readFile(join(op?.folder ?? "", "log"), "utf8");
  return log.trim().split("\n");
}

test("a new server gives its id and its credentials file, and leaves nothing on disk", async () => {
  const created = await createWith(writesFile, printsId, 'stat -c %a . > "$TMPDIR/mode"');
  expect(created).toEqual({ id: serverId, credentialsFile: file });
  const [call = ""] = await calls();
  expect(call).toMatch(
    /opconnect-[\w-]+ connect server create acme-prod --vaults fixturevaultone23456723456$/,
  );
  expect((await readFile(join(op?.folder ?? "", "mode"), "utf8")).trim()).toBe("700");
});

test("an id that op did not print is found by comparing the lists", async () => {
  const servers = [
    { id: serverId, name: "acme-prod", state: "ACTIVE" },
    { id: "FIXTUREOTHER23456723456723", name: "acme-dev", state: "ACTIVE" },
    { id: "FIXTUREGONE234567234567234", name: "acme-prod", state: "REVOKED" },
  ];
  const created = await createWith(
    `case "$3" in list) echo '${JSON.stringify(servers)}';; *) ${writesFile}; echo Done.;; esac`,
  );
  expect(created).toEqual({ id: serverId, credentialsFile: file });
});

test("a server whose id cannot be told is an error", async () => {
  const creating = createWith(`case "$3" in list) echo '[]';; *) ${writesFile}; echo Done.;; esac`);
  await expect(creating).rejects.toMatchObject({ code: "OP_OUTPUT_UNEXPECTED" });
});

test.each([
  ["without a credentials file", "true", "OP_OUTPUT_UNEXPECTED"],
  [
    "with half a credentials file",
    `printf '%s' '${file.slice(0, 80)}' > 1password-credentials.json`,
    "CREDENTIALS_FILE_INVALID",
  ],
])("a server %s is deleted again", async (_, writes, code) => {
  const creating = createWith(`case "$3" in create) ${writes}; ${printsId};; esac`);
  await expect(creating).rejects.toMatchObject({ code });
  expect((await calls()).at(-1)).toContain(`connect server delete ${serverId}`);
});

test("a server that is of no use and cannot be deleted is named", async () => {
  const creating = createWith(`case "$3" in create) ${printsId};; *) exit 1;; esac`);
  await expect(creating).rejects.toThrow(`op connect server delete ${serverId}`);
});

test("nothing is left on disk after an error of op either", async () => {
  const creating = createWith(tellsWho, writesFile, "exit 1");
  await expect(creating).rejects.toMatchObject({ code: "OP_FAILED" });
  expect((await stat(op?.folder ?? "")).isDirectory()).toBe(true);
});
