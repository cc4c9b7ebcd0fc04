import { setTimeout } from "node:timers/promises";
import { type ConnectError, isConnectError } from "@opconnect/core";
import type { EnsuredSecret, SecretToEnsure } from "../contract/credential-store.ts";
import {
  adoptionTags,
  isAdopted,
  ownerTag,
  parseStaticTags,
  releaseTags,
} from "../contract/secret-tags.ts";
import { acknowledged, type DescribedSecret, namedSecret } from "./answers.ts";
import { changeTags } from "./change-tags.ts";
import { ask, type RegionalClient } from "./client.ts";
import type { SecretsManagerConfig } from "./config.ts";
import { ensureReaders } from "./ensure-readers.ts";
import { isTaken } from "./errors.ts";
import { alignReplicas, removeReplicas, replicasIn } from "./replicas.ts";
import { describeSecret } from "./version.ts";

/** The settings that each secret of a store has. */
export interface SecretSettings
  extends Pick<SecretsManagerConfig, "kmsKeyId" | "recoveryWindowInDays" | "replicaRegions"> {
  /** ARNs of those who may read, the writer among them; `undefined` if IAM alone decides. */
  readonly readers: readonly string[] | undefined;
  /** Time between two looks at a secret that AWS has not finished deleting, in milliseconds. */
  readonly settleDelayMs: number;
}

/** See `CredentialStore.ensureSecret`. */
export async function ensureSecret(
  regional: RegionalClient,
  secret: SecretToEnsure,
  settings: SecretSettings,
): Promise<EnsuredSecret> {
  const tags = parseStaticTags(secret.tags);
  const { settleDelayMs } = settings;
  // A secret that was deleted at once keeps its name for some seconds, when it can be neither
  // created nor restored.
  const ensured = await untilSettled(settleDelayMs, isNotYetThere, async () => {
    const secretId = await createSecret(regional, { ...secret, tags }, settings);
    if (secretId !== undefined) return { secretId, outcome: "created" } as const;
    return claimSecret(regional, { ...secret, tags }, settings);
  });
  // A secret just created may not be known everywhere yet.
  if (ensured.outcome === "created") {
    await untilSettled(settleDelayMs, isNotYetThere, () =>
      describeSecret(regional, ensured.secretId),
    );
  }
  await ensureReaders(regional, ensured, settings.readers);
  return ensured;
}

/** ARN of a secret just created; `undefined` if the name is taken, be it by a deleted one. */
async function createSecret(
  regional: RegionalClient,
  { name, description, tags = {} }: SecretToEnsure,
  { kmsKeyId, replicaRegions = [] }: SecretSettings,
): Promise<string | undefined> {
  const { sdk, client } = regional;
  const marked = { [ownerTag.key]: ownerTag.value, ...tags };
  const create = new sdk.CreateSecretCommand({
    Name: name,
    Tags: Object.entries(marked).map(([Key, Value]) => ({ Key, Value })),
    ...(description === undefined ? {} : { Description: description }),
    ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
    ...(replicaRegions.length === 0
      ? {}
      : { AddReplicaRegions: replicasIn(replicaRegions, kmsKeyId) }),
  });
  const call = { secretId: name, action: "CreateSecret" };
  try {
    const created = await ask(call, namedSecret.optional(), async () => {
      try {
        return await client.send(create);
      } catch (error) {
        if (isTaken(error)) return undefined;
        throw error;
      }
    });
    return created?.ARN;
  } catch (error) {
    // Who may not create secrets may use those that others created.
    if (isConnectError(error) && error.code === "STORE_ACCESS_DENIED") {
      const isThere = await describeSecret(regional, name).catch(() => undefined);
      if (isThere !== undefined) return undefined;
    }
    throw error;
  }
}

function isNotYetThere({ code, happened }: ConnectError): boolean {
  return code === "STORE_NOT_FOUND" && /(Describe|Restore)Secret/.test(happened);
}

/** Restores the secret of that name if need be, and brings its settings into line. */
async function claimSecret(
  regional: RegionalClient,
  secret: SecretToEnsure,
  settings: SecretSettings,
): Promise<EnsuredSecret> {
  const { sdk, client } = regional;
  const found = await describeSecret(regional, secret.name);
  const secretId = found.ARN;
  if (found.DeletedDate) {
    await ask({ secretId, action: "RestoreSecret" }, namedSecret, () =>
      client.send(new sdk.RestoreSecretCommand({ SecretId: secretId })),
    );
  }
  await alignTags(regional, found, secret.tags ?? {});
  await alignSecret(regional, found, secret, settings);
  await alignReplicas(regional, found, settings);
  return { secretId, outcome: found.DeletedDate ? "restored" : "found" };
}

async function alignTags(
  regional: RegionalClient,
  found: DescribedSecret,
  tags: Readonly<Record<string, string>>,
) {
  const wanted = Object.entries({ ...tags, ...adoptionTags(found.Tags) });
  const missing = wanted.filter(([key, value]) => found.Tags[key] !== value);
  await changeTags(regional, found.ARN, Object.fromEntries(missing));
}

async function alignSecret(
  { sdk, client }: RegionalClient,
  found: DescribedSecret,
  { description }: SecretToEnsure,
  { kmsKeyId }: SecretSettings,
) {
  const isDescribed = description === undefined || description === found.Description;
  const isEncrypted = kmsKeyId === undefined || isSameKey(kmsKeyId, found.KmsKeyId ?? "");
  if (isDescribed && isEncrypted) return;
  const update = new sdk.UpdateSecretCommand({
    SecretId: found.ARN,
    ...(isDescribed ? {} : { Description: description }),
    ...(isEncrypted ? {} : { KmsKeyId: kmsKeyId }),
  });
  const call = { secretId: found.ARN, action: "UpdateSecret" };
  await ask(call, acknowledged, () => client.send(update));
}

/** A key may be named by its ARN, or by the end of it. */
function isSameKey(one: string, other: string): boolean {
  const end = (key: string) => key.replace(/^arn:.*:(key\/)?/, "");
  return end(one) === end(other);
}

/** See `CredentialStore.deleteSecret`. */
export async function deleteSecret(
  regional: RegionalClient,
  secretId: string,
  { recoveryWindowInDays = 30, settleDelayMs }: SecretSettings,
): Promise<void> {
  const { sdk, client } = regional;
  const found = await unlessNotFound(() => describeSecret(regional, secretId));
  if (found === undefined || found.DeletedDate) return;
  if (isAdopted(found.Tags)) return changeTags(regional, secretId, releaseTags(found.Tags));
  const replicas = found.ReplicationStatus.map(({ Region }) => Region);
  if (replicas.length > 0) await removeReplicas(regional, secretId, replicas);
  const window =
    recoveryWindowInDays === 0
      ? { ForceDeleteWithoutRecovery: true }
      : { RecoveryWindowInDays: recoveryWindowInDays };
  const command = new sdk.DeleteSecretCommand({ SecretId: secretId, ...window });
  const call = { secretId, action: "DeleteSecret" };
  // Replicas take some seconds to go.
  const isPending = ({ happened }: ConnectError) => /replica regions/i.test(happened);
  await unlessNotFound(() =>
    untilSettled(settleDelayMs, isPending, () =>
      ask(call, acknowledged, () => client.send(command)),
    ),
  );
}

/** How often something that AWS has not finished is looked at. */
const maxLooks = 30;

async function untilSettled<T>(
  delayMs: number,
  isPending: (error: ConnectError) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  for (let look = 1; ; look++) {
    try {
      return await work();
    } catch (error) {
      if (look === maxLooks || !isConnectError(error) || !isPending(error)) throw error;
      await setTimeout(delayMs);
    }
  }
}

/** `undefined` where there is no such secret. */
export async function unlessNotFound<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isConnectError(error) && error.code === "STORE_NOT_FOUND") return undefined;
    throw error;
  }
}
