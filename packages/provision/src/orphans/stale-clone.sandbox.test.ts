import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConvention } from "@opconnect/core";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { execa } from "execa";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createSandboxOp } from "../../fixtures/fakes/sandbox-op.ts";
import { isLive } from "../op/object-state.ts";
import { createOpCli, type OpCli } from "../op/op-cli.ts";
import { ensureServer } from "../server/ensure.ts";
import { openStore } from "../store/open-store.ts";
import { deleteToken } from "../token/delete.ts";
import { ensureToken } from "../token/ensure.ts";
import { findOrphans } from "./find.ts";

// Each call of `op` is a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const convention = createConvention();
const names = convention.names({ client: "acme", environment: "prod" });
const request = { adminCommand: "pulumi up --stack acme-prod", revision: 1 };

let env: NodeJS.ProcessEnv;
let op: OpCli;
let folder: string;
let keys: { readonly recipients: readonly string[]; readonly identityFile: string };
let vaults: readonly { readonly key: string; readonly id: string; readonly access: "read" }[];
let serverId: string;
let first: string;

/** Two engineers, each with a clone of the age files of an environment that one of them made. */
beforeEach(async () => {
  const sandbox = await createSandboxOp();
  folder = await mkdtemp(join(tmpdir(), "opconnect-clones-"));
  onTestFinished(async () => {
    await sandbox.remove();
    await rm(folder, { recursive: true });
  });
  env = sandbox.env;
  op = createOpCli({ env });
  const identity = await generateX25519Identity();
  const identityFile = join(folder, "identity");
  await writeFile(identityFile, identity, { mode: 0o600 });
  keys = { recipients: [await identityToRecipient(identity)], identityFile };
  await git(folder, "init", "--bare", "hub");
  for (const clone of ["ann", "ben"]) await git(folder, "clone", "hub", clone);

  const { id } = await op.createVault({ title: "acme-prod-app" });
  vaults = [{ key: "app", id, access: "read" }];
  const systems = { op, store: storeOf("ann") };
  const { secretId } = await systems.store.ensureSecret({ name: names.credentialsSecret });
  const server = { ...request, name: names.server, vaults, secretId };
  ({ serverId } = await ensureServer(server, systems));
  first = await mintToken("operator", 1);
  await push("ann");
  await git(join(folder, "ben"), "pull");
});

const storeOf = (clone: string) =>
  openStore({ kind: "age-file", folder: join(folder, clone), ...keys });

async function git(cwd: string, ...words: readonly string[]) {
  const as = ["-c", "user.name=fixture", "-c", "user.email=fixture@example.com"];
  await execa("git", [...as, "-c", "init.defaultBranch=main", ...words], { cwd });
}

async function push(clone: string) {
  await git(join(folder, clone), "add", ".");
  await git(join(folder, clone), "commit", "--allow-empty", "--message", "up");
  await git(join(folder, clone), "push", "origin", "HEAD");
}

/** Has Ann's run mint a token for a consumer. */
async function mintToken(
  consumer: "operator" | "ci",
  revision: number,
  { clone = "ann", by = op } = {},
): Promise<string> {
  const store = storeOf(clone);
  const { secretId } = await store.ensureSecret({ name: names.tokenSecret(consumer) });
  const wanted = { ...request, name: names.token(consumer), serverId, vaults, secretId, revision };
  return (await ensureToken(wanted, { op: by, store })).tokenId;
}

async function liveTokens() {
  return (await op.listTokens()).filter(isLive).map(({ id }) => id);
}

/** What `orphans --delete --yes` in a clone finds, and what it would take by itself. */
async function find(clone: string) {
  const search = { convention, settledAfterMs: 0 };
  const { orphans, behind } = await findOrphans(search, { op, store: storeOf(clone) });
  const taken = orphans.filter(({ isOurs }) => isOurs);
  return { found: orphans.map(({ id }) => id), taken: taken.map(({ id }) => id), behind };
}

async function rotate(): Promise<string> {
  const next = await mintToken("operator", 2);
  const secretId = `age:${names.tokenSecret("operator")}`;
  await deleteToken(
    { ...request, tokenId: first, serverId, secretId },
    { op, store: storeOf("ann") },
  );
  return next;
}

test("after a colleague's rotation, the clone that was not pulled takes no live token", async () => {
  const next = await rotate();
  await push("ann");
  expect(await find("ben")).toMatchObject({
    found: [next],
    taken: [],
    behind: [{ secret: names.tokenSecret("operator"), kind: "token", state: "revoked" }],
  });
  await git(join(folder, "ben"), "pull");
  expect(await find("ben")).toEqual({ found: [], taken: [], behind: [] });
});

test("a rotation that was stashed away, or a token of which the clone knows nothing, stays", async () => {
  const next = await rotate();
  await git(join(folder, "ann"), "stash", "--include-untracked");
  expect(await find("ann")).toMatchObject({ found: [next], taken: [] });
  await git(join(folder, "ann"), "stash", "pop");
  expect(await find("ann")).toEqual({ found: [], taken: [], behind: [] });
  await push("ann");
  await git(join(folder, "ben"), "pull");
  const added = await mintToken("ci", 1);
  expect(await find("ben")).toEqual({ found: [added], taken: [], behind: [] });
});

test.each([1, 2])(
  "a clone of the middle of a minting takes nothing that was minted, at revision %i",
  async (revision) => {
    const pushing: OpCli = {
      ...op,
      async createToken(wanted) {
        const token = await op.createToken(wanted);
        await push("ann");
        return token;
      },
    };
    const next = await mintToken("operator", 2, { by: pushing });
    await git(join(folder, "ben"), "pull");
    await mintToken("operator", revision, { clone: "ben", by: createOpCli({ env }) });
    expect(await liveTokens()).toContain(next);
  },
);

test("a clone that is empty takes nothing, and one that is up to date takes an orphan", async () => {
  await git(folder, "init", "empty");
  const none = await find("empty");
  expect(none).toMatchObject({ taken: [], behind: [] });
  expect(none.found).toHaveLength(2);
  const { id } = await op.createServer({ name: names.server, vaultIds: [], knownIds: [] });
  expect(await find("ann")).toEqual({ found: [id], taken: [id], behind: [] });
});
