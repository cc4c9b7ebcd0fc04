import { ConnectError } from "@opconnect/core";
import { injectFailure } from "@opconnect/sandbox";
import { execa } from "execa";
import { expect } from "vitest";
import { fixtureToken } from "../../../packages/provision/fixtures/data/connect-token.ts";
import { createMemoryOp } from "../../../packages/provision/fixtures/fakes/memory-op.ts";
import { createMemoryStore } from "../../../packages/provision/fixtures/fakes/memory-store.ts";
import { createSandboxOp } from "../../../packages/provision/fixtures/fakes/sandbox-op.ts";
import { createOpCli } from "../../../packages/provision/src/op/op-cli.ts";
import { ensureServer } from "../../../packages/provision/src/server/ensure.ts";
import { renameServer } from "../../../packages/provision/src/server/rename.ts";
import type { ServerRequest } from "../../../packages/provision/src/server/request.ts";
import { ensureToken } from "../../../packages/provision/src/token/ensure.ts";
import { ensureVault } from "../../../packages/provision/src/vault/ensure.ts";
import type { Remedies } from "./remedy.ts";

/** The account that these remedies are tried on: the commands that an error names are run there. */
export const mintingAccount = await createSandboxOp();
const op = createOpCli({ env: mintingAccount.env });

/** Runs the command of `op` that an error names, with what stands there as a placeholder. */
async function run(error: string, placeholders: Readonly<Record<string, string>> = {}) {
  const [, command = ""] = /`op ([^`]+)`/.exec(error) ?? [];
  const words = command.split(/ (?![^<]*>)/).map((word) => placeholders[word] ?? word);
  await execa("op", words, { env: mintingAccount.env, extendEnv: false });
}

const adminCommand = "pulumi up --stack acme-prod";
const idIn = (error: string) => /\b[a-z2-7]{26}\b/.exec(error)?.[0];

/** A Connect server of an environment of this name, in the account. */
function serverOf(name: string) {
  const store = createMemoryStore();
  const secretId = `opconnect/${name}/credentials`;
  const request = { name, secretId, vaults: [], revision: 1, adminCommand };
  return {
    store,
    secretId,
    /** Each as a run of its own, which knows no list of another. */
    ensure: (change: Partial<Pick<ServerRequest, "adopts" | "vaults">> = {}) =>
      ensureServer(
        { ...request, ...change },
        { op: createOpCli({ env: mintingAccount.env }), store },
      ),
    rename: (serverId: string, to: string) =>
      renameServer({ ...request, serverId, name: to }, { op, store }),
    byHand: () => op.createServer({ name, vaultIds: [], knownIds: [] }),
  };
}

/** The same in memory, where no command is to be run. */
function memoryServer() {
  const memory = createMemoryOp();
  const store = createMemoryStore();
  const secretId = "opconnect/acme/prod/credentials";
  const request = { name: "acme-prod", secretId, vaults: [], revision: 1, adminCommand };
  return {
    memory,
    store,
    secretId,
    ensure: (change: { adopts?: string; revision?: number } = {}) =>
      ensureServer({ ...request, ...change }, { op: memory, store }),
    put: (value: string) => store.write({ secretId, value, tags: {} }),
    byHand: () => memory.createServer({ name: "by hand", vaultIds: [], knownIds: [] }),
  };
}

const deletedName = serverOf("unused-prod");
const renamedName = serverOf("kept-prod");
const known = serverOf("known-prod");
const moved = serverOf("moved-prod");
const namesake = serverOf("namesake-prod");
const unstored = serverOf("unstored-prod");
let file = "";
const first = memoryServer();
const without = memoryServer();
const gone = memoryServer();
const goneToo = memoryServer();
const foreign = memoryServer();
const foreignToo = memoryServer();
const damaged = memoryServer();
const damagedToo = memoryServer();
const ahead = memoryServer();
const aheadToo = memoryServer();
const untagged = memoryServer();
const untaggedToo = memoryServer();
let id = "";
let tag = "";

/** A server of a person's, deleted in 1Password, whose credentials file is in the secret. */
async function takeDeleted({ memory, put, byHand, ensure }: ReturnType<typeof memoryServer>) {
  const made = await byHand();
  await put(made.credentialsFile);
  await memory.deleteServer(made.id);
  await ensure({ adopts: made.id });
}

async function putForeign({ byHand, put, ensure }: ReturnType<typeof memoryServer>) {
  const made = await byHand();
  id = made.id;
  await put(made.credentialsFile);
  await ensure();
}

async function putDamaged({ byHand, put, ensure }: ReturnType<typeof memoryServer>) {
  const made = await byHand();
  id = made.id;
  file = made.credentialsFile;
  await put(file.slice(0, 60));
  await ensure({ adopts: id });
}

async function getAhead({ ensure }: ReturnType<typeof memoryServer>) {
  await ensure({ revision: 2 });
  await ensure();
}

async function loseTag({ ensure, store, secretId }: ReturnType<typeof memoryServer>) {
  await ensure();
  tag = store.secrets.get(secretId)?.tags["opconnect:server-id"] ?? "";
  await store.tag(secretId, { "opconnect:server-id": "" });
  await ensure();
}

const vaultOf = (title: string) => ({ title, mark: `opconnect:acme/prod/${title}`, adminCommand });
const takeVault = (title: string, change: { id?: string | undefined } = {}) =>
  ensureVault({ ...vaultOf(title), ...change }, { op });

const scoped = serverOf("scoped-prod");
const ungranted = serverOf("ungranted-prod");
let vaultId = "";
let serverId = "";
const askToken = () =>
  ensureToken(
    {
      name: "scoped-prod-operator",
      secretId: serverId,
      serverId,
      vaults: [{ key: "app", id: vaultId, access: "read" }],
      revision: 1,
      adminCommand,
    },
    { op, store: scoped.store },
    { retryDelayMs: 1 },
  );

const foreignTokens = createMemoryStore();
const someId = "a".repeat(26);
const askForeign = (revision = 1) =>
  ensureToken(
    {
      name: "acme-prod-operator",
      secretId: "token",
      serverId: someId.toUpperCase(),
      vaults: [],
      revision,
      adminCommand,
    },
    { op: createMemoryOp(), store: foreignTokens },
  );
const putToken = (of: string) =>
  foreignTokens.write({
    secretId: "token",
    value: fixtureToken({ id: someId, serverId: of.toUpperCase(), vaults: [] }),
    tags: {},
  });

export const mintingRemedies: Remedies = {
  OP_NAME_TAKEN: [
    {
      says: "pass `id: ",
      async refused() {
        await op.createVault({ title: "theirs" });
        await takeVault("theirs");
      },
      mended: (error) => takeVault("theirs", { id: idIn(error) }),
    },
    {
      says: "otherwise rename it",
      async refused() {
        vaultId = (await op.createVault({ title: "in-the-way" })).id;
        await takeVault("in-the-way");
      },
      async mended() {
        await op.editVault({ id: vaultId, title: "out-of-the-way" });
        await takeVault("in-the-way");
      },
    },
    {
      says: "If nothing uses it, delete it: `op connect server delete ",
      async refused() {
        await deletedName.byHand();
        await deletedName.ensure();
      },
      async mended(error) {
        await run(error);
        await deletedName.ensure();
      },
    },
    {
      says: "Otherwise rename it: `op connect server edit ",
      async refused() {
        await renamedName.byHand();
        await renamedName.ensure();
      },
      async mended(error) {
        await run(error.slice(error.indexOf("Otherwise")), { "<other name>": "kept by hand" });
        await renamedName.ensure();
      },
    },
    {
      says: "put it into the secret and pass `adopts: ",
      async refused() {
        const made = await known.byHand();
        file = made.credentialsFile;
        await known.ensure();
      },
      async mended(error) {
        await known.store.write({ secretId: known.secretId, value: file, tags: {} });
        await known.ensure({ adopts: /`adopts: "(\w+)"`/.exec(error)?.[1] });
      },
    },
    {
      says: "Rename that one: `op connect server edit ",
      async refused() {
        await namesake.byHand();
        const made = await moved.ensure();
        serverId = made.serverId;
        await moved.rename(serverId, "namesake-prod");
      },
      async mended(error) {
        await run(error, { "<other name>": "another" });
        await moved.rename(serverId, "namesake-prod");
      },
    },
  ],
  OP_VAULT_ACCESS: [
    {
      file: "packages/provision/src/vault/ensure.sandbox.test.ts",
      test: "401 Auth Error becomes the vault, the permission and a command that helps",
    },
    {
      says: "Grant the vault to the Connect server first: `op connect vault grant ",
      async refused() {
        vaultId = (await op.createVault({ title: "ungranted-app" })).id;
        serverId = (await ungranted.ensure()).serverId;
        await askToken();
      },
      async mended(error) {
        await run(error.slice(error.indexOf("Grant the vault")), { "<server>": serverId });
        await askToken();
      },
    },
  ],
  OP_AMBIGUOUS_NAME: {
    says: "or rename the others",
    async refused() {
      await op.createVault({ title: "double" });
      vaultId = (await op.createVault({ title: "double" })).id;
      await takeVault("double").catch(() => {});
      await ensureVault({ ...vaultOf("double"), adopt: true }, { op });
    },
    async mended() {
      await op.editVault({ id: vaultId, title: "the other" });
      await ensureVault({ ...vaultOf("double"), adopt: true }, { op });
    },
  },
  OP_NOT_FOUND: [
    {
      says: "Pass the id of the server that the stored credentials file belongs to as `adopts`",
      refused: () => takeDeleted(gone),
      async mended() {
        const made = await gone.byHand();
        await gone.put(made.credentialsFile);
        await gone.ensure({ adopts: made.id });
      },
    },
    {
      says: "leave it out and set `revision: 2` to have a new one created",
      refused: () => takeDeleted(goneToo),
      mended: (error) => goneToo.ensure({ revision: revisionIn(error) }),
    },
  ],
  STORE_UNREACHABLE: {
    says: "Then delete it: `op connect server delete ",
    async refused() {
      const noAnswer = new ConnectError("STORE_UNREACHABLE", "No answer.", "Look at the network.");
      unstored.store.failures.set("write", noAnswer);
      const match = "connect server delete";
      const failure = { match, kind: "exit", exitCode: 1, message: "Something else" } as const;
      await injectFailure(mintingAccount.home, failure);
      await unstored.ensure();
    },
    async mended(error) {
      await run(error.slice(error.indexOf("Then delete it")));
      await unstored.ensure();
    },
  },
  STORE_NOT_FOUND: [
    {
      says: "Put the text of its 1password-credentials.json into the secret first",
      async refused() {
        const made = await first.byHand();
        [id, file] = [made.id, made.credentialsFile];
        await first.ensure({ adopts: id });
      },
      async mended() {
        await first.put(file);
        await first.ensure({ adopts: id });
      },
    },
    {
      says: "or leave `adopts` out",
      refused: () => without.ensure({ adopts: someId }),
      mended: () => without.ensure(),
    },
  ],
  STORE_CONTENT_INVALID: [
    {
      says: "pass the id of its server as `adopts`",
      refused: () => putForeign(foreign),
      mended: () => foreign.ensure({ adopts: id }),
    },
    {
      says: "replaced by that of a new Connect server, set `revision: 2`",
      refused: () => putForeign(foreignToo),
      mended: (error) => foreignToo.ensure({ revision: revisionIn(error) }),
    },
    {
      says: "Set the tag again",
      refused: () => loseTag(untagged),
      async mended() {
        await untagged.store.tag(untagged.secretId, { "opconnect:server-id": tag });
        await untagged.ensure();
      },
    },
    {
      says: "set `revision: 2` to have a new Connect server",
      refused: () => loseTag(untaggedToo),
      mended: (error) => untaggedToo.ensure({ revision: revisionIn(error) }),
    },
    {
      says: "Set `revision: 2` to use it",
      refused: () => getAhead(ahead),
      mended: (error) => ahead.ensure({ revision: revisionIn(error) }),
    },
    {
      says: "or 3 to replace it",
      refused: () => getAhead(aheadToo),
      mended: () => aheadToo.ensure({ revision: 3 }),
    },
  ],
  CREDENTIALS_FILE_INVALID: [
    {
      says: "Put the whole file back",
      refused: () => putDamaged(damaged),
      async mended() {
        await damaged.put(file);
        await damaged.ensure({ adopts: id });
      },
    },
    {
      says: "set `revision: 2`",
      refused: () => putDamaged(damagedToo),
      mended: (error) => damagedToo.ensure({ revision: revisionIn(error) }),
    },
  ],
  TOKEN_MISMATCH: [
    {
      says: "is granted the vaults (`op connect vault grant ",
      async refused() {
        vaultId = (await op.createVault({ title: "scoped-app" })).id;
        const vaults = [{ key: "app", id: vaultId, access: "read" }] as const;
        serverId = (await scoped.ensure({ vaults })).serverId;
        const match = "connect token create";
        await injectFailure(mintingAccount.home, { match, kind: "drop-vaults", times: 5 });
        await askToken();
      },
      async mended(error) {
        // It says that it has been all along: 1Password was only late to know.
        await expect(run(error, { "<id>": vaultId })).rejects.toThrow("already has access");
        await askToken();
      },
    },
    {
      says: "Put one there that fits",
      async refused() {
        await putToken("b".repeat(26));
        await askForeign();
      },
      async mended() {
        await putToken(someId);
        await askForeign();
      },
    },
    {
      says: "set `revision: 2` to have it replaced by a new token",
      async refused() {
        await foreignTokens.deleteSecret("token");
        foreignTokens.secrets.delete("token");
        foreignTokens.deleted.delete("token");
        await putToken("b".repeat(26));
        await askForeign();
      },
      mended: (error) => askForeign(revisionIn(error)),
    },
  ],
};

function revisionIn(error: string): number {
  return Number(/`revision: (\d+)`/.exec(error)?.[1]);
}
