import { ConnectError, createConvention, fingerprint } from "@opconnect/core";
import { expect, test } from "vitest";
import { createMemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import { planAdoption } from "./plan.ts";
import type { AdoptionRequest } from "./request.ts";

const convention = createConvention();
const credentials = "opconnect/acme/prod/credentials";
const operatorToken = "opconnect/acme/prod/operator-token";
const request: AdoptionRequest = {
  client: "acme",
  environment: "prod",
  convention,
  vaults: {},
  credentialsSecret: credentials,
  tokenSecrets: { operator: operatorToken },
};

/** An environment as an admin makes it by hand: nothing in the store says what it is. */
async function madeByHand() {
  const op = createMemoryOp();
  const store = createMemoryStore();
  const { id: vaultId } = await op.createVault({ title: "Acme, secret things" });
  const server = await op.createServer({ name: "by hand", vaultIds: [vaultId], knownIds: [] });
  const vaults = [{ id: vaultId, access: "read-write" }] as const;
  const token = await op.createToken({
    name: "k8s",
    serverId: server.id,
    vaults,
    expiresIn: "30d",
  });
  store.secrets.set(credentials, { value: server.credentialsFile, tags: {} });
  store.secrets.set(operatorToken, { value: token, tags: {} });
  op.calls.length = 0;
  store.calls.length = 0;
  return { op, store, vaultId, server, token };
}

test("the token tells server, vaults and life time, and nothing is changed", async () => {
  const { op, store, vaultId, server } = await madeByHand();
  const adoption = await planAdoption(request, { op, store });
  expect(adoption.server).toEqual({ id: server.id, name: "by hand" });
  expect(adoption.vaults).toEqual([
    { key: "acmesecretthings", id: vaultId, access: "read-write", title: "Acme, secret things" },
  ]);
  expect(adoption.tokens).toMatchObject([{ consumer: "operator", lifeSeconds: 30 * 86_400 }]);
  expect(adoption.evidence.map(({ status }) => status)).toEqual(["ok", "ok", "ok", "unknown"]);
  expect(op.calls).toEqual(["listServers", "listVaults"]);
  expect(store.calls.filter((call) => !["read", "describe"].includes(call))).toEqual([]);
});

test("no value is part of what was found", async () => {
  const { op, store, server, token } = await madeByHand();
  const found = JSON.stringify(await planAdoption(request, { op, store }));
  expect(found).not.toContain(token);
  expect(found).not.toContain(server.credentialsFile);
  for (const secret of op.secrets) expect(found).not.toContain(secret);
});

test("a running Connect is asked with the token, and its word is taken", async () => {
  const { op, store, token } = await madeByHand();
  for (const takes of [true, false]) {
    const askConnect = async (asked: string) => asked === token && takes;
    const { evidence } = await planAdoption(request, { op, store, askConnect });
    expect(evidence.at(-1)?.status).toBe(takes ? "ok" : "failed");
  }
});

test("a token of another server, or a server that was deleted, speaks against it", async () => {
  const { op, store, server } = await madeByHand();
  const other = await op.createServer({ name: "other", vaultIds: [], knownIds: [] });
  const { evidence } = await planAdoption({ ...request, serverId: other.id }, { op, store });
  expect(evidence).toContainEqual(
    expect.objectContaining({ status: "failed", happened: expect.stringContaining(server.id) }),
  );
  await op.deleteServer(server.id);
  const deleted = await planAdoption(request, { op, store });
  expect(deleted.evidence[1]).toMatchObject({ status: "failed" });
});

test("without op, what the store tells is enough", async () => {
  const { op, store, vaultId, server } = await madeByHand();
  const missing = new ConnectError("OP_NOT_INSTALLED", "There is no op.", "Install it.");
  for (const call of ["listServers", "listVaults", "listTokens"] as const) {
    op.failures.set(call, missing);
  }
  const adoption = await planAdoption(request, { op, store });
  expect(adoption.server).toEqual({ id: server.id });
  expect(adoption.vaults).toEqual([{ key: "vault", id: vaultId, access: "read-write" }]);
  expect(adoption.evidence.some(({ status }) => status === "failed")).toBe(false);
});

test("what was told wins over what is found, and gives a vault its key", async () => {
  const { op, store, vaultId } = await madeByHand();
  const adoption = await planAdoption({ ...request, vaults: { app: vaultId } }, { op, store });
  expect(adoption.vaults).toMatchObject([{ key: "app", id: vaultId, access: "read-write" }]);
});

test("nothing stored is nothing to take over", async () => {
  const systems = { op: createMemoryOp(), store: createMemoryStore({ isStrict: true }) };
  const adoption = await planAdoption(request, systems);
  expect(adoption).not.toHaveProperty("server");
  expect(adoption.evidence.map(({ status }) => status)).toEqual([
    "failed",
    "unknown",
    "failed",
    "unknown",
  ]);
});

test("tags of ours name the server without a token", async () => {
  const { op, store, server } = await madeByHand();
  store.secrets.delete(operatorToken);
  await store.tag(
    credentials,
    encodeStoreTags({ serverId: server.id, fingerprint: fingerprint(server.credentialsFile) }),
  );
  const adoption = await planAdoption(request, { op, store });
  expect(adoption.server?.id).toBe(server.id);
  expect(adoption.evidence.at(-1)).toMatchObject({ status: "ok" });
});
