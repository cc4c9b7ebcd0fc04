import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import type { VaultGrant } from "@opconnect/core";
import { createOpCli, type MintingSystems, openStore } from "@opconnect/provision";
import { storeTagKeys } from "../../../packages/provision/src/store/contract/value-tags.ts";
import { namesOf, type WantedEnvironment } from "./environment.ts";
import type { ByHand, Job } from "./job.ts";

/** Does what a person does past opconnect. */
export async function doByHand(
  what: ByHand,
  { environment, store, state }: Pick<Job, "environment" | "store" | "state">,
): Promise<void> {
  const systems: MintingSystems = { op: createOpCli(), store: openStore(store) };
  const idOf = (resource: string) => state[resource]?.id ?? "";
  switch (what) {
    case "make a server by hand":
      return makeServer(environment, systems);
    case "rename the server by hand":
      return systems.op.editServer({ id: idOf("server"), name: "renamed by hand" });
    case "overwrite the values by hand":
      for (const secret of ["credentials", "operator"]) await overwrite(idOf(secret), systems);
      return;
    case "lose the credentials":
      return lose(idOf("credentials"), systems);
    case "lose the tokens":
      return lose(idOf("operator"), systems);
    case "put items into vaults":
      for (const key of environment.filled) await putItem(idOf(`vault ${key}`));
  }
}

/**
 * A server with tokens, whose values lie where opconnect looks for them. It lacks its vaults: what
 * takes it over has something to grant, and nothing lists what it is granted.
 */
async function makeServer(
  environment: WantedEnvironment,
  { op, store }: MintingSystems,
): Promise<void> {
  const { serverName: name } = environment;
  const names = namesOf(environment);
  const put = async (secretName: string, value: string) => {
    const { secretId } = await store.ensureSecret({ name: secretName });
    await store.write({ secretId, value, tags: {} });
  };
  const vaults: VaultGrant[] = [];
  for (const key of environment.vaults) {
    const { id } = await op.createVault({ title: names.vault(key) });
    vaults.push({ key, id, access: "read" });
  }
  const vaultIds = vaults.map(({ id }) => id);
  const { id: serverId, credentialsFile } = await op.createServer({ name, vaultIds, knownIds: [] });
  await put(names.credentialsSecret, credentialsFile);
  const token = await op.createToken({ name: names.token, serverId, vaults });
  await put(names.tokenSecret, token);
  for (const vaultId of vaultIds) await op.revokeVault({ serverId, vaultId });
}

const stranger = "not ours";

/** The tags go on to describe what was there before. */
async function overwrite(secretId: string, { store }: MintingSystems): Promise<void> {
  const tags = (await store.describe(secretId))?.tags ?? {};
  const describing = Object.entries(tags).filter(([key]) => known.has(key));
  await store.write({ secretId, value: stranger, tags: Object.fromEntries(describing) });
}

const known = new Set<string>(storeTagKeys);

/**
 * The tags describe a value of which the store has no version any more: AWS drops old ones in time,
 * and a folder of age files keeps two.
 */
async function lose(secretId: string, systems: MintingSystems): Promise<void> {
  await overwrite(secretId, systems);
  const dropped = createHash("sha256").update(secretId).digest("hex");
  await systems.store.tag(secretId, { "opconnect:fingerprint": dropped });
}

async function putItem(vaultId: string): Promise<void> {
  const args = ["item", "create", "--category", "login", "--title", "db", "--vault", vaultId];
  const running = promisify(execFile)("op", args);
  // An open stdin is read for a template.
  running.child.stdin?.end();
  await running;
}
