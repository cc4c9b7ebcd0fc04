import { type ConnectError, defined, hasCode, isConnectError, unlessCode } from "@opconnect/core";
import { patiently } from "../../process/patient.ts";
import type { SecretsManager } from "../aws-sdk.ts";
import type { EnsuredSecret, SecretToEnsure } from "../contract/credential-store.ts";
import {
  adoptionTags,
  isAdopted,
  ownerTag,
  parseStaticTags,
  releaseTags,
} from "../contract/secret-tags.ts";
import { type DescribedSecret, namedSecret } from "./answers.ts";
import { ask } from "./client.ts";
import type { SecretsManagerConfig } from "./config.ts";
import { reportStoreErrors, unlessTaken } from "./errors.ts";
import { noteFate, noteWrite } from "./own-writes.ts";
import { ensureReaders } from "./readers.ts";
import { alignReplicas, removeReplicas, replicasIn } from "./replicas.ts";
import { changeTags } from "./tags.ts";
import { describeSecret } from "./version.ts";

/** The settings that each secret of a store has. */
export interface SecretSettings
  extends Pick<SecretsManagerConfig, "kmsKeyId" | "recoveryWindowInDays" | "replicaRegions"> {
  /** ARNs of those who may read, the writer among them; `undefined` if IAM alone decides. */
  readonly readers: readonly string[] | undefined;
  /** Time between two looks at a secret that AWS has not finished deleting, in milliseconds. */
  readonly settleDelayMs: number;
}

export async function ensureSecret(
  client: SecretsManager,
  secret: SecretToEnsure,
  settings: SecretSettings,
): Promise<EnsuredSecret> {
  const tags = parseStaticTags(secret.tags);
  const unsettled = { secretId: secret.name, isPending: isNotYetThere, ...settings };
  // A secret that was deleted at once keeps its name for some seconds, when it can be neither
  // created nor restored.
  const ensured = await untilSettled(unsettled, async () => {
    const secretId = await createSecret(client, { ...secret, tags }, settings);
    if (secretId !== undefined) return { secretId, outcome: "created" } as const;
    return claimSecret(client, { ...secret, tags }, settings);
  });
  if (ensured.outcome === "created") {
    noteFate(ensured.secretId, false);
    // Reads wait until it is known everywhere. Its policy is written at once.
    if (settings.readers !== undefined) {
      await untilSettled(unsettled, () => describeSecret(client, ensured.secretId));
    }
  }
  await ensureReaders(client, ensured, settings.readers);
  return ensured;
}

/** ARN of a secret just created; `undefined` if the name is taken, be it by a deleted one. */
async function createSecret(
  client: SecretsManager,
  { name, description, tags = {}, firstTags }: SecretToEnsure,
  { kmsKeyId, replicaRegions = [] }: SecretSettings,
): Promise<string | undefined> {
  const marked = { [ownerTag.key]: ownerTag.value, ...tags, ...firstTags };
  const request = {
    Name: name,
    Tags: Object.entries(marked).map(([Key, Value]) => ({ Key, Value })),
    ...defined({
      Description: description,
      KmsKeyId: kmsKeyId,
      AddReplicaRegions:
        replicaRegions.length === 0 ? undefined : replicasIn(replicaRegions, kmsKeyId),
    }),
  };
  const call = { secretId: name, action: "CreateSecret" };
  try {
    const created = await ask(call, namedSecret.optional(), () =>
      unlessTaken(client.createSecret(request)),
    );
    return created?.ARN;
  } catch (error) {
    // Who may not create secrets may use those that others created.
    if (hasCode(error, "STORE_ACCESS_DENIED")) {
      const isThere = await describeSecret(client, name).catch(() => undefined);
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
  client: SecretsManager,
  secret: SecretToEnsure,
  settings: SecretSettings,
): Promise<EnsuredSecret> {
  const found = await describeSecret(client, secret.name);
  const secretId = found.ARN;
  if (found.DeletedDate) {
    await ask({ secretId, action: "RestoreSecret" }, namedSecret, () =>
      client.restoreSecret({ SecretId: secretId }),
    );
    noteWrite(secretId, { isDeleted: false });
  }
  const tags = Object.entries({ ...secret.tags, ...adoptionTags(found.Tags) });
  const missing = tags.filter(([key, value]) => found.Tags[key] !== value);
  await changeTags(client, secretId, Object.fromEntries(missing));
  await alignSecret(client, found, secret, settings);
  await alignReplicas(client, found, settings);
  return { secretId, outcome: found.DeletedDate ? "restored" : "found" };
}

async function alignSecret(
  client: SecretsManager,
  found: DescribedSecret,
  { description }: SecretToEnsure,
  { kmsKeyId }: SecretSettings,
) {
  const isEncrypted = kmsKeyId === undefined || isSameKey(kmsKeyId, found.KmsKeyId ?? "");
  const settings = defined({
    Description: description === found.Description ? undefined : description,
    KmsKeyId: isEncrypted ? undefined : kmsKeyId,
  });
  if (Object.keys(settings).length === 0) return;
  const call = { secretId: found.ARN, action: "UpdateSecret" };
  await reportStoreErrors(call, () => client.updateSecret({ SecretId: found.ARN, ...settings }));
}

/** A key may be named by its ARN, or by the end of it. */
function isSameKey(one: string, other: string): boolean {
  const end = (key: string) => key.replace(/^arn:.*:(key\/)?/, "");
  return end(one) === end(other);
}

export async function deleteSecret(
  client: SecretsManager,
  secretId: string,
  { recoveryWindowInDays = 30, settleDelayMs }: Omit<SecretSettings, "readers">,
): Promise<void> {
  const found = await unlessCode(["STORE_NOT_FOUND"], () => describeSecret(client, secretId));
  if (found === undefined || found.DeletedDate) return;
  if (isAdopted(found.Tags)) return changeTags(client, secretId, releaseTags(found.Tags));
  const replicas = found.ReplicationStatus.map(({ Region }) => Region);
  if (replicas.length > 0) await removeReplicas(client, secretId, replicas);
  const window =
    recoveryWindowInDays === 0
      ? { ForceDeleteWithoutRecovery: true }
      : { RecoveryWindowInDays: recoveryWindowInDays };
  const call = { secretId, action: "DeleteSecret" };
  // Replicas take some seconds to go.
  const isPending = ({ happened }: ConnectError) => /replica regions/i.test(happened);
  await unlessCode(["STORE_NOT_FOUND"], () =>
    untilSettled({ secretId, isPending, settleDelayMs }, () =>
      reportStoreErrors(call, () => client.deleteSecret({ SecretId: secretId, ...window })),
    ),
  );
  noteFate(secretId, true);
}

/** How often something that AWS has not finished is looked at. */
const maxLooks = 30;

interface Unsettled extends Pick<SecretSettings, "settleDelayMs"> {
  readonly secretId: string;
  readonly isPending: (error: ConnectError) => boolean;
}

async function untilSettled<T>(
  { secretId, isPending, settleDelayMs }: Unsettled,
  work: () => Promise<T>,
): Promise<T> {
  const pause = patiently(`Waiting for AWS, which has not finished with ${secretId} yet …`);
  for (let look = 1; ; look++) {
    try {
      return await work();
    } catch (error) {
      if (look === maxLooks || !isConnectError(error) || !isPending(error)) throw error;
      await pause(settleDelayMs);
    }
  }
}
