import fc from "fast-check";
import { recordedOpFailures } from "../../../packages/provision/fixtures/data/recorded-op-failures.ts";
import { connectSource } from "../../../packages/provision/src/health/source/connect.ts";
import { opError } from "../../../packages/provision/src/op/error.ts";
import { identityCommands } from "../../../packages/provision/src/op/identity.ts";
import { itemCommands } from "../../../packages/provision/src/op/items.ts";
import { parseOpJson } from "../../../packages/provision/src/op/run/output.ts";
import type { OpRunner } from "../../../packages/provision/src/op/run/runner.ts";
import { serverCommands } from "../../../packages/provision/src/op/servers.ts";
import { tokenCommands } from "../../../packages/provision/src/op/tokens.ts";
import { vaultAccessCommands } from "../../../packages/provision/src/op/vault-access.ts";
import { vaultCommands } from "../../../packages/provision/src/op/vaults.ts";
import { alteredJson, anyText, spliced } from "../inputs.ts";
import { type Target, target } from "../target.ts";

const id = "abcdefghijklmnopqrstuvwxyz";
const at = "2026-05-05T12:00:00Z";
const object = { id, name: "acme-prod", state: "ACTIVE", created_at: at, integration_id: id };
const vault = { id, name: "acme-prod-app", acl: ["allow_viewing"], items: 3 };
const item = { id, title: "postgres", version: 4, vault, created_at: at, updated_at: at };

/** A runner whose `op` has printed that. */
function printing(text: string): OpRunner {
  return {
    run: async () => text,
    change: async () => {},
    json: async (call, schema) => parseOpJson(text, schema, call),
  };
}

function answers(name: string, sample: unknown, act: (op: OpRunner) => Promise<unknown>): Target {
  const printed = fc.oneof(
    alteredJson(sample),
    fc.tuple(anyText(), alteredJson(sample)).map((parts) => parts.join("\n")),
    anyText(),
  );
  return target(`op: ${name}`, printed, async (text) => void (await act(printing(text))));
}

const end = fc.record({
  stderr: fc.oneof(anyText(), ...recordedOpFailures.map(({ text }) => spliced(text))),
  exitCode: fc.option(fc.constantFrom(0, 1, 6, 255), { nil: undefined }),
  signal: fc.option(fc.constantFrom("SIGKILL"), { nil: undefined }),
  unattendedIdentity: fc.boolean(),
});

/** What `op` and Connect answer. */
export const opTargets: readonly Target[] = [
  answers("Connect servers", [object], (op) => serverCommands(op).listServers()),
  answers("Connect tokens", [{ ...object, vaults: [vault] }], (op) =>
    tokenCommands(op).listTokens(),
  ),
  answers("vaults", [vault], (op) => vaultCommands(op).listVaults()),
  answers("a vault", vault, (op) => vaultCommands(op).getVault(id)),
  answers("who may do what", [{ ...object, permissions: ["allow_viewing"] }], (op) =>
    vaultAccessCommands(op).listVaultHolders(id, "user"),
  ),
  answers("items", [item], (op) => itemCommands(op).listItems()),
  answers("the person", { ...object, type: "MEMBER" }, (op) => identityCommands(op).getMe()),
  answers("the account", { account_uuid: id, url: "https://acme.1password.com" }, (op) =>
    identityCommands(op).whoami(),
  ),
  answers("the version", "2.39.0", (op) => identityCommands(op).version()),
  target(
    "op: texts of failures",
    fc.record({ end, args: fc.constantFrom(["item", "get", "x"], ["connect", "server", "list"]) }),
    ({ end, args }) => opError(end, { args, purpose: "do it", vaultIds: [id] }),
  ),
  target(
    "Connect: answers",
    fc.record({
      vaults: alteredJson([vault]),
      items: alteredJson([{ ...item, createdAt: at, updatedAt: at, state: "ARCHIVED" }]),
      refusal: alteredJson({ status: 401, message: "Invalid token" }),
      status: fc.constantFrom(200, 200, 401, 500),
    }),
    async ({ vaults, items, refusal, status }) => {
      const ask = async (path: string) => {
        const body = path.endsWith("vaults") ? vaults : items;
        return { status, body: status === 200 ? body : refusal };
      };
      const source = connectSource(async () => [{ name: "connect-1", ask }]);
      await source.everything();
      const content = await source.lookInto("acme-prod-app");
      return content.kind === "unknown" ? content.because : undefined;
    },
  ),
];
