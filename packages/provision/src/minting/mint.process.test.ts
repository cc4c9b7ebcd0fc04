import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { fingerprint } from "@opconnect/core";
import { clearFailures, injectFailure } from "@opconnect/sandbox";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandboxOp, type SandboxOp } from "../../fixtures/fakes/sandbox-op.ts";
import type { MintJob } from "../../fixtures/processes/mint-process.ts";
import { createOpCli } from "../op/op-cli.ts";
import type { ServerRecord } from "../server/request.ts";
import type { StoreConfig } from "../store/kinds.ts";
import { openStore } from "../store/open-store.ts";
import type { TokenRecord } from "../token/request.ts";

// Runs of their own, each with `op` as processes, take long on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const program = fileURLToPath(new URL("../../fixtures/processes/mint-process.ts", import.meta.url));
const adminCommand = "pulumi up --stack acme-prod";

let sandbox: SandboxOp;
let store: StoreConfig;
let job: MintJob;

beforeEach(async () => {
  sandbox = await createSandboxOp();
  const folder = join(sandbox.home, "..", "credentials");
  await mkdir(folder);
  const identity = await generateX25519Identity();
  const identityFile = join(sandbox.home, "..", "identity");
  await writeFile(identityFile, identity, { mode: 0o600 });
  const recipients = [await identityToRecipient(identity)];
  store = { kind: "age-file", folder, recipients, identityFile };
  const opened = openStore(store);
  const credentials = await opened.ensureSecret({ name: "acme/prod/credentials" });
  const token = await opened.ensureSecret({ name: "acme/prod/operator-token" });
  const vaults = [{ key: "app", id: (await createVault()).id, access: "read" }] as const;
  const common = { vaults, revision: 1, adminCommand };
  job = {
    store,
    server: { ...common, name: "acme-prod", secretId: credentials.secretId },
    token: { ...common, name: "acme-prod-operator", secretId: token.secretId },
  };
});

afterEach(async () => {
  expect(await sandbox.findSecrets([])).toEqual([]);
  expect(await readdir(sandbox.temporary)).toEqual([]);
  await sandbox.remove();
});

const op = () => createOpCli({ env: sandbox.env });
const createVault = () => op().createVault({ title: "acme-prod-app" });

function start() {
  const stdio = ["pipe", "pipe", "inherit"] as const;
  const child = spawn(process.execPath, [program], { env: sandbox.env, stdio: [...stdio] });
  child.stdin?.end(JSON.stringify(job));
  return child;
}

async function mint(): Promise<{ server: ServerRecord; token: TokenRecord }> {
  const child = start();
  const exited = once(child, "exit");
  const printed = child.stdout === null ? undefined : await json(child.stdout);
  expect((await exited)[0]).toBe(0);
  return printed as { server: ServerRecord; token: TokenRecord };
}

/** One live server and one live token, both stored. */
async function expectOneEnvironment({ server, token }: Awaited<ReturnType<typeof mint>>) {
  const isLive = ({ state }: { readonly state: string }) => state === "ACTIVE";
  const servers = (await op().listServers()).filter(isLive);
  const tokens = (await op().listTokens()).filter(isLive);
  expect(servers.map(({ id }) => id)).toEqual([server.serverId]);
  expect(tokens.map(({ id }) => id)).toEqual([token.tokenId]);
  for (const [{ secretId }, record] of [
    [job.server, server],
    [job.token, token],
  ] as const) {
    const stored = await openStore(store).read(secretId);
    expect(fingerprint(stored?.value ?? "")).toBe(record.fingerprint);
    expect(stored?.tags["opconnect:minting"]).toBeUndefined();
  }
}

test("two processes that mint at the same time mint once", async () => {
  const [one, other] = await Promise.all([mint(), mint()]);
  await expectOneEnvironment(one);
  expect([one.server.adopted, other.server.adopted].sort()).toEqual([false, true]);
  expect([one.token.adopted, other.token.adopted].sort()).toEqual([false, true]);
  expect(other.server.serverId).toBe(one.server.serverId);
  expect(other.token.tokenId).toBe(one.token.tokenId);
});

test.each(["connect server create", "connect token create"])(
  "a process killed while `op %s` hangs after its work is completed by the next",
  async (match) => {
    await injectFailure(sandbox.home, { match, kind: "hang", when: "after" });
    const child = start();
    const exited = once(child, "exit");
    const isCalled = async () => {
      const calls = await sandbox.newCalls();
      expect(calls.some(({ argv }) => argv.join(" ").startsWith(match))).toBe(true);
    };
    await vi.waitFor(isCalled, { timeout: 60_000, interval: 200 });
    child.kill("SIGKILL");
    await exited;
    await clearFailures(sandbox.home);
    await expectOneEnvironment(await mint());
  },
);

test("a process killed while `op` works on is waited for", async () => {
  await injectFailure(sandbox.home, {
    match: "connect server create",
    kind: "delay",
    delayMs: 3_000,
  });
  const child = start();
  const exited = once(child, "exit");
  const isCalled = async () => {
    const calls = await sandbox.newCalls();
    expect(calls.some(({ argv }) => argv[1] === "server" && argv[2] === "create")).toBe(true);
  };
  await vi.waitFor(isCalled, { timeout: 60_000, interval: 100 });
  child.kill("SIGKILL");
  await exited;
  await expectOneEnvironment(await mint());
});
