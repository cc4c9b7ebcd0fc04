import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { unlessCode } from "@opconnect/core";
import type { CredentialStore } from "../contract/credential-store.ts";
import { replacingTags } from "../contract/value-tags.ts";
import type { DescribedSecret } from "./answers.ts";
import { callerArn, loadClient, regionOf } from "./client.ts";
import type { SecretsManagerConfig } from "./config.ts";
import { readLease, writeLease } from "./lease.ts";
import { listSecrets } from "./list.ts";
import { principalPatterns } from "./readers.ts";
import { deleteSecret, ensureSecret } from "./secret.ts";
import { changeTags } from "./tags.ts";
import {
  currentValue,
  describeSecret,
  describeStored,
  putValue,
  restoreVersion,
} from "./version.ts";

/** Options of {@link createSecretsManagerStore}. */
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

  /** One client per region, made when it is first needed: loading the SDK takes a while. */
  function clientFor(secretId: string): Promise<SecretsManager> {
    const region = regionOf(secretId) ?? options.region;
    const client = clients.get(region) ?? loadClient(settingsOf(region));
    clients.set(region, client);
    return client;
  }

  /** Who writes must be able to read: what is stored is looked at before the next one is minted. */
  async function allReaders(): Promise<readonly string[] | undefined> {
    if (readers === undefined) return undefined;
    return [...readers, await callerArn(settingsOf(options.region))].flatMap(principalPatterns);
  }

  return {
    async read(secretId) {
      return currentValue(await clientFor(secretId), secretId);
    },

    async describe(secretId) {
      const client = await clientFor(secretId);
      const found = await findLive(client, secretId);
      return found && describeStored(client, secretId, found);
    },

    async write(credential) {
      const { secretId, tags } = credential;
      const client = await clientFor(secretId);
      const versionId = await putValue(client, credential);
      await changeTags(client, secretId, replacingTags(tags));
      return { versionId };
    },

    async tag(secretId, tags) {
      await changeTags(await clientFor(secretId), secretId, tags);
    },

    async restore(secretId, versionId) {
      return restoreVersion(await clientFor(secretId), secretId, versionId);
    },

    async readLease(secretId) {
      return readLease(await clientFor(secretId), secretId);
    },

    async writeLease(secretId, sequence, text) {
      return writeLease(await clientFor(secretId), secretId, sequence, text);
    },

    async ensureSecret(secret) {
      const settings = { ...options, readers: await allReaders(), settleDelayMs };
      return ensureSecret(await clientFor(secret.name), secret, settings);
    },

    async findSecret(name) {
      return (await findLive(await clientFor(name), name))?.ARN;
    },

    async deleteSecret(secretId) {
      const settings = { ...options, readers: undefined, settleDelayMs };
      return deleteSecret(await clientFor(secretId), secretId, settings);
    },

    async listSecrets() {
      return listSecrets(await clientFor(""));
    },
  };
}

/** One that is scheduled for deletion is gone: its value cannot be read, nor its tags changed. */
async function findLive(
  client: SecretsManager,
  secretId: string,
): Promise<DescribedSecret | undefined> {
  const found = await unlessCode(["STORE_NOT_FOUND"], () => describeSecret(client, secretId));
  return found?.DeletedDate ? undefined : found;
}
