import {
  createOpCli,
  deleteServer,
  deleteToken,
  ensureServer,
  ensureToken,
  ensureVault,
  openStore,
  updateServerGrants,
  type VaultGrant,
} from "@opconnect/provision";
import { type Job, type KnownEnvironment, namesOf, type WantedEnvironment } from "./job.ts";

const adminCommand = "pulumi up --stack prod";

/** Does what the Pulumi resources of an environment do, one after the other, without the engine. */
export async function carryOut(job: Job): Promise<void> {
  Object.assign(process.env, job.env);
  // Anew for each job, as in a process of its own: nothing is remembered from the last.
  const systems = { op: createOpCli(), store: openStore(job.store) };
  if (job.operation === "tear down") return tearDown(job, systems);
  const { serverId, tokens } = await bringUp(job, systems);
  await retireReplaced(job, { serverId, tokens }, systems);
}

type Systems = Parameters<typeof ensureServer>[1];

async function bringUp({ operation, environment, known }: Job, systems: Systems) {
  const { client, serverName: name, revision, tokenRevision, consumers } = environment;
  const names = namesOf(environment);
  const { secretId } = await systems.store.ensureSecret({ name: names.credentialsSecret });
  const vaults: VaultGrant[] = [];
  for (const key of environment.vaults) {
    const mark = `opconnect:${client}/prod/${key}`;
    const { id } = await ensureVault(
      { title: names.vault(key), mark, secretId, forConnect: true, adminCommand },
      systems,
    );
    vaults.push({ key, id, access: "read" });
  }
  let serverId = known?.serverId;
  if (operation === "change grants" && serverId !== undefined) {
    const previous = known?.vaults ?? [];
    await updateServerGrants({ serverId, secretId, vaults, previous, adminCommand }, systems);
  } else {
    const request = { name, vaults, secretId, revision, adminCommand };
    serverId = (await ensureServer(request, systems)).serverId;
  }
  const tokens: Record<string, string> = {};
  for (const consumer of consumers) {
    const secret = await systems.store.ensureSecret({ name: names.tokenSecret(consumer) });
    const { tokenId } = await ensureToken(
      {
        name: names.token(consumer),
        serverId,
        vaults,
        secretId: secret.secretId,
        revision: tokenRevision,
        adminCommand,
      },
      systems,
      { retryDelayMs: 10 },
    );
    tokens[consumer] = tokenId;
  }
  return { serverId, tokens };
}

/** What was replaced goes last, as the engine does it. */
async function retireReplaced(
  { environment, known }: Job,
  now: { readonly serverId: string; readonly tokens: Readonly<Record<string, string>> },
  systems: Systems,
): Promise<void> {
  if (known === undefined) return;
  const replaced = Object.entries(known.tokens).filter(([who, id]) => id !== now.tokens[who]);
  await deleteTokens({ ...known, tokens: Object.fromEntries(replaced) }, environment, systems);
  if (known.serverId !== now.serverId) await deleteKnownServer(known, environment, systems);
}

async function tearDown({ environment, known }: Job, systems: Systems): Promise<void> {
  if (known === undefined) return;
  await deleteTokens(known, environment, systems);
  await deleteKnownServer(known, environment, systems);
  for (const secretId of Object.values(known.secretIds)) await systems.store.deleteSecret(secretId);
}

async function deleteTokens(
  { serverId, tokens, secretIds }: KnownEnvironment,
  environment: WantedEnvironment,
  systems: Systems,
): Promise<void> {
  for (const [consumer, tokenId] of Object.entries(tokens)) {
    const secretId = secretIds[namesOf(environment).tokenSecret(consumer)] ?? "";
    await deleteToken({ tokenId, serverId, secretId, adminCommand }, systems);
  }
}

async function deleteKnownServer(
  { serverId, secretIds }: KnownEnvironment,
  environment: WantedEnvironment,
  systems: Systems,
): Promise<void> {
  const secretId = secretIds[namesOf(environment).credentialsSecret] ?? "";
  await deleteServer({ serverId, secretId, adminCommand }, systems);
}
