import { ConnectError, fingerprint } from "@opconnect/core";
import { createOpCli } from "@opconnect/provision";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import {
  createMemoryStore,
  type MemoryStore,
} from "../../../provision/fixtures/fakes/memory-store.ts";
import { createSandboxOp, type SandboxOp } from "../../../provision/fixtures/fakes/sandbox-op.ts";
import { addServiceAccount, listSecrets } from "../../../sandbox/src/index.ts";
import { check, work } from "./service-account-token.ts";

// Each call of `op` is a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const systems = vi.hoisted(() => ({ store: undefined as MemoryStore | undefined }));
vi.mock("./outside-systems.ts", () => ({ systemsOf: () => systems }));

const secret = "opconnect/acme/prod/account-token";
const inputs = { store: { kind: "secrets-manager" }, secret };

let sandbox: SandboxOp;
let store: MemoryStore;
let token: string;
beforeAll(async () => {
  sandbox = await createSandboxOp();
  for (const [name, value] of Object.entries(sandbox.env)) vi.stubEnv(name, value);
  await createOpCli({ env: sandbox.env }).createVault({ title: "acme-prod-app" });
  const vaults = { "acme-prod-app": ["read_items"] };
  token = await addServiceAccount(sandbox.home, { name: "acme", vaults });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await sandbox.remove();
});
beforeEach(() => {
  store = createMemoryStore({ isStrict: true });
  systems.store = store;
});

/** An admin puts a value into the store. */
async function put(value: string): Promise<void> {
  const { secretId } = await store.ensureSecret({ name: secret });
  await store.write({ secretId, value, tags: {} });
}

const refusal = async (work: () => Promise<unknown>) => {
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const text = String(error);
  expect((await listSecrets(sandbox.home)).filter((each) => text.includes(each))).toEqual([]);
  return text;
};

test("a preview without a token fails with the command that an admin runs", async () => {
  const told = async (news: object) => (await check({}, { ...inputs, ...news }, {})).failures;
  expect(await told({})).toEqual([
    {
      property: "secret",
      reason: expect.stringMatching(
        /`op service-account create .* --raw \| tr -d '\\n' \| aws secretsmanager create-secret --name opconnect\/acme\/prod\/account-token --secret-string file:\/\/\/dev\/stdin`.*STORE_NOT_FOUND/,
      ),
    },
  ]);
  await store.ensureSecret({ name: secret });
  const [empty] = (await told({})) ?? [];
  expect(empty?.reason).toContain(`put-secret-value --secret-id ${secret}`);
  const recipients = ["age1fixturefixturefixturefixture"];
  const age = { store: { kind: "age-file", folder: "keys", recipients }, secret: "age:nowhere" };
  expect(JSON.stringify(await told(age))).toContain(
    `(mkdir -p \\"$(dirname keys/nowhere.age)\\" && age --encrypt --recipient ${recipients} --output keys/nowhere.age`,
  );
});

test("a preview reads no value, and shows another one by its version", async () => {
  await put(token);
  const { outs = {} } = await work.create(inputs);
  expect(outs).toMatchObject({ secretId: secret, fingerprint: fingerprint(token) });
  expect(JSON.stringify(outs)).not.toContain(token);
  store.calls.length = 0;
  const { inputs: seen } = await check(outs, inputs, {});
  expect(seen.versionId).toBe(outs.versionId);
  await put(`${token.slice(0, -1)}A`);
  expect((await check(outs, inputs, {})).inputs.versionId).not.toBe(outs.versionId);
  expect(store.calls).not.toContain("read");
});

test("a runner that may not look at the store takes the token for what it was", async () => {
  await put(token);
  const { outs = {} } = await work.create(inputs);
  store.failures.set("findSecret", new ConnectError("STORE_ACCESS_DENIED", "No.", "Ask."));
  const { inputs: seen, failures } = await check(outs, inputs, {});
  expect(failures).toBeUndefined();
  expect(seen).toMatchObject({ secretId: outs.secretId, versionId: outs.versionId });
});

test("what is no token of a service account is refused, and not shown", async () => {
  await put(`${token}\n`);
  expect(await refusal(() => work.create(inputs))).toMatch(/line break.*TOKEN_MALFORMED/);
});
