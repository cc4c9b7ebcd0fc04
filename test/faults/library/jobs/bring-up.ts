import type { VaultGrant } from "@opconnect/core";
import {
  ensureServer,
  ensureToken,
  ensureVault,
  type MintingSystems,
  updateServerGrants,
} from "@opconnect/provision";
import { adminCommand, type Job, namesOf } from "./job.ts";

/** The server and the tokens that an environment has after a run. */
export interface BroughtUp {
  readonly serverId: string;
  /** Ids by consumer. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** An `op` of the sandbox knows of a grant at once. */
export const tokenPatience = { retryDelayMs: 10 };

/** Makes what is missing, from the vaults to the tokens. */
export async function bringUp(job: Job, systems: MintingSystems): Promise<BroughtUp> {
  const { operation, environment, known } = job;
  const { serverName: name, revision, tokenRevision, adopts, consumers } = environment;
  const names = namesOf(environment);
  const { secretId } = await systems.store.ensureSecret({ name: names.credentialsSecret });
  const vaults = await ensureVaults(job, secretId, systems);
  let serverId = known?.serverId;
  if (operation === "change grants" && serverId !== undefined) {
    const previous = known?.vaults ?? [];
    await updateServerGrants({ serverId, secretId, vaults, previous, adminCommand }, systems);
  } else {
    const request = { name, vaults, secretId, revision, adopts, serverId, adminCommand };
    ({ serverId } = await ensureServer(request, systems));
  }
  const tokens: Record<string, string> = {};
  for (const consumer of consumers) {
    const secret = await systems.store.ensureSecret({ name: names.tokenSecret(consumer) });
    const request = {
      name: names.token(consumer),
      serverId,
      vaults,
      secretId: secret.secretId,
      revision: tokenRevision,
      tokenId: known?.tokens[consumer],
      adminCommand,
    };
    tokens[consumer] = (await ensureToken(request, systems, tokenPatience)).tokenId;
  }
  return { serverId, tokens };
}

async function ensureVaults(
  { environment }: Job,
  secretId: string,
  systems: MintingSystems,
): Promise<readonly VaultGrant[]> {
  const { vaultLooks, adopts } = environment;
  const names = namesOf(environment);
  const vaults: VaultGrant[] = [];
  for (const key of environment.vaults) {
    const { id } = await ensureVault(
      {
        ...vaultLooks,
        key,
        title: names.vault(key),
        mark: names.mark(key),
        adopt: adopts !== undefined,
        forConnect: true,
        secretId,
        adminCommand,
      },
      systems,
    );
    vaults.push({ key, id, access: "read" });
  }
  return vaults;
}
