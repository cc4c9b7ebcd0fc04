import type { SecretsManager } from "../aws-sdk.ts";
import type { CredentialStore } from "../contract/credential-store.ts";
import { replacingTags } from "../contract/value-tags.ts";
import { callerArn, loadClient, regionOf } from "./client.ts";
import type { SecretsManagerConfig } from "./config.ts";
import { readLease, writeLease } from "./lease.ts";
import { listSecrets } from "./list.ts";
import { principalPatterns } from "./readers.ts";
import { deleteSecret, ensureSecret } from "./secret.ts";
import { changeTags } from "./tags.ts";
import { currentValue, describeStored, findNamed, putValue, restoreVersion } from "./version.ts";
import { warnOfLimit } from "./version-limit.ts";

export interface SecretsManagerOptions extends Omit<SecretsManagerConfig, "kind"> {
  /**
   * Time limit of one request, in milliseconds.
   * @default 20_000
   */
  readonly timeoutMs?: number;
  /**
   * Time between two looks at a secret that AWS has not finished deleting, in milliseconds.
   * @default 2_000
   */
  readonly settleDelayMs?: number;
}

/**
 * AWS Secrets Manager as credential store. A secret is named by its ARN. What the options do not
 * say comes from the ambient AWS configuration.
 *
 * The package's README lists the actions that each method needs. Where the secret has a key of its
 * own, `kms:Decrypt` and `kms:GenerateDataKey` come on top.
 */
export function createSecretsManagerStore(options: SecretsManagerOptions = {}): CredentialStore {
  const { timeoutMs = 20_000, settleDelayMs = 2_000, readers } = options;
  const clients = new Map<string | undefined, Promise<SecretsManager>>();
  const settingsOf = (region: string | undefined) => ({ ...options, region, timeoutMs });

  /**
   * One client per region, made when it is first needed: loading the SDK takes a while. That of names
   * is that of the ARNs of its region too, which knows what was looked at by name.
   */
  async function clientFor(secretId: string): Promise<SecretsManager> {
    const region = regionOf(secretId) ?? options.region;
    const loading = clients.get(region) ?? loadClient(settingsOf(region));
    clients.set(region, loading);
    const client = await loading;
    if (region === undefined) {
      const own = await client.config.region().catch(() => undefined);
      clients.set(own, clients.get(own) ?? loading);
    }
    return client;
  }

  /** Who writes must be able to read: what is stored is looked at before the next one is minted. */
  async function allReaders(): Promise<readonly string[] | undefined> {
    if (readers === undefined) return undefined;
    return [...readers, await callerArn(settingsOf(options.region))].flatMap(principalPatterns);
  }

  async function on<T>(
    secretId: string,
    work: (client: SecretsManager, secretId: string) => Promise<T>,
  ): Promise<T> {
    return work(await clientFor(secretId), secretId);
  }

  return {
    read: (secretId, reading) => on(secretId, (client) => currentValue(client, secretId, reading)),

    describe: (secretId, look) => on(secretId, (client) => describeStored(client, secretId, look)),

    write: (credential) =>
      on(credential.secretId, async (client, secretId) => {
        const versionId = await putValue(client, credential);
        await changeTags(client, secretId, replacingTags(credential.tags));
        await warnOfLimit(client, secretId);
        return { versionId };
      }),

    tag: (secretId, tags) => on(secretId, (client) => changeTags(client, secretId, tags)),

    restore: (secretId, versionId) =>
      on(secretId, (client) => restoreVersion(client, secretId, versionId)),

    readLease: (secretId) => on(secretId, readLease),

    writeLease: (secretId, sequence, text) =>
      on(secretId, (client) => writeLease(client, secretId, sequence, text)),

    async ensureSecret(secret) {
      const settings = { ...options, readers: await allReaders(), settleDelayMs };
      return on(secret.name, (client) => ensureSecret(client, secret, settings));
    },

    findSecret: (name) => on(name, findNamed),

    deleteSecret: (secretId) =>
      on(secretId, (client) => deleteSecret(client, secretId, { ...options, settleDelayMs })),

    listSecrets: () => on("", listSecrets),

    // The client puts its clock right by each answer.
    now: () => on("", async ({ config }) => new Date(Date.now() + config.systemClockOffset)),
  };
}
