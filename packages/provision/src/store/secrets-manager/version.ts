import { ConnectError, defined, fingerprint, unlessCode } from "@opconnect/core";
import type { SecretsManager } from "../aws-sdk.ts";
import type {
  CredentialToStore,
  FoundSecret,
  Look,
  Reading,
  SecretDescription,
  StoredSecret,
} from "../contract/credential-store.ts";
import { isLeaseVersionId, versionIdOf } from "../contract/version-id.ts";
import {
  type DescribedSecret,
  describedSecret,
  describeVersions,
  type ListedVersion,
  putVersion,
  secretValue,
  versionPage,
} from "./answers.ts";
import { ask, listPages } from "./client.ts";
import { reportStoreErrors } from "./errors.ts";
import { lookedAt, noteWrite, recentWrite, settledRead, showsWrite } from "./own-writes.ts";

/**
 * Reads what AWS knows about a secret.
 * @throws `STORE_NOT_FOUND` if there is no such secret.
 */
export function describeSecret(
  client: SecretsManager,
  secretId: string,
  look?: Look,
): Promise<DescribedSecret> {
  return lookedAt(client, secretId, look, () =>
    settledRead(secretId, showsWrite, () =>
      ask({ secretId, action: "DescribeSecret" }, describedSecret, () =>
        client.describeSecret({ SecretId: secretId }),
      ),
    ),
  );
}

/**
 * Reads the current value, if something was stored yet. That is asked first: what AWS says of a
 * secret without a value is hard to tell from what it says of one that does not exist.
 */
export async function currentValue(
  client: SecretsManager,
  secretId: string,
  { before, isSpared, ...look }: Reading = {},
): Promise<StoredSecret> {
  const { Tags, VersionIdsToStages, DeletedDate } = await describeSecret(client, secretId, look);
  const { versionId: current, tags } = describeVersions(VersionIdsToStages, Tags);
  // Of one that is scheduled for deletion AWS refuses the value, with a reason.
  if (current === undefined && !DeletedDate) {
    const hasLease = recentWrite(secretId)?.sequence !== undefined;
    return { tags, isUntouched: !hasLease && Object.keys(VersionIdsToStages).length === 0 };
  }
  if (before !== undefined && before.versionId === current && !DeletedDate) {
    return { ...before, tags };
  }
  if (current !== undefined && !DeletedDate && isSpared?.({ tags, versionId: current })) {
    return { tags, versionId: current };
  }
  const which = current === undefined ? { VersionStage: "AWSCURRENT" } : { VersionId: current };
  const call = { secretId, action: "GetSecretValue" };
  const { SecretString, VersionId } = await settledRead(
    secretId,
    (_, { isDeleted }) => !isDeleted,
    () => ask(call, secretValue, () => client.getSecretValue({ SecretId: secretId, ...which })),
  );
  if (typeof SecretString === "string") return { value: SecretString, versionId: VersionId, tags };
  throw new ConnectError(
    "STORE_CONTENT_INVALID",
    `The secret ${secretId} holds a binary value.`,
    "opconnect stores text only: use a secret of its own for each credential.",
  );
}

/** The secret of a name, or one that is scheduled for deletion. */
export async function findNamed(
  client: SecretsManager,
  name: string,
): Promise<FoundSecret | undefined> {
  const found = await find(client, name);
  return found && { secretId: found.ARN, isDeleted: Boolean(found.DeletedDate) };
}

/** One that is scheduled for deletion is gone: its value cannot be read, nor its tags changed. */
async function findLive(
  client: SecretsManager,
  secretId: string,
  look: Look | undefined,
): Promise<DescribedSecret | undefined> {
  const found = await find(client, secretId, look);
  return found?.DeletedDate ? undefined : found;
}

function find(
  client: SecretsManager,
  secretId: string,
  look?: Look,
): Promise<DescribedSecret | undefined> {
  return unlessCode(["STORE_NOT_FOUND"], () => describeSecret(client, secretId, look));
}

/**
 * Describes a secret by its labelled versions. Only where the version that its tags describe is not
 * among them are those without a label listed too, as far as that is allowed.
 */
export async function describeStored(
  client: SecretsManager,
  secretId: string,
  look?: Look,
): Promise<SecretDescription | undefined> {
  const found = await findLive(client, secretId, look);
  if (found === undefined) return undefined;
  const description = describeVersions(found.VersionIdsToStages, found.Tags);
  const described = found.Tags["opconnect:fingerprint"];
  if (described === undefined) return description;
  if (description.versionIds.includes(versionIdOf(secretId, described))) return description;
  const versionIds = await listValues(client, secretId).catch(() => description.versionIds);
  return { ...description, versionIds };
}

/** Writes a value and makes it current. */
export async function putValue(
  client: SecretsManager,
  { secretId, value, versionId }: CredentialToStore,
): Promise<string> {
  const call = { secretId, action: "PutSecretValue" };
  const { VersionId, VersionStages } = await ask(call, putVersion, () =>
    client.putSecretValue({
      SecretId: secretId,
      SecretString: value,
      ClientRequestToken: versionId ?? versionIdOf(secretId, fingerprint(value)),
    }),
  );
  // Of a version that exists already AWS takes no notice, so an earlier value is not current yet.
  if (!VersionStages?.includes("AWSCURRENT")) await moveCurrent(client, secretId, VersionId);
  noteWrite(secretId, { versionId: VersionId });
  return VersionId;
}

/** Makes an earlier version current; `false` if AWS does not have it any more. */
export async function restoreVersion(
  client: SecretsManager,
  secretId: string,
  versionId: string,
): Promise<boolean> {
  if (isLeaseVersionId(versionId)) return false;
  const { VersionIdsToStages } = await describeSecret(client, secretId);
  const isThere =
    versionId in VersionIdsToStages || (await listValues(client, secretId)).includes(versionId);
  if (isThere) {
    await moveCurrent(client, secretId, versionId);
    noteWrite(secretId, { versionId });
  }
  return isThere;
}

async function moveCurrent(client: SecretsManager, secretId: string, versionId: string) {
  const { VersionIdsToStages } = await describeSecret(client, secretId);
  const [current] =
    Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes("AWSCURRENT")) ?? [];
  if (current === versionId) return;
  const move = {
    SecretId: secretId,
    VersionStage: "AWSCURRENT",
    MoveToVersionId: versionId,
    ...defined({ RemoveFromVersionId: current }),
  };
  await reportStoreErrors({ secretId, action: "UpdateSecretVersionStage" }, () =>
    client.updateSecretVersionStage(move),
  );
}

/** Ids of all versions with a value, those without a label too. */
async function listValues(client: SecretsManager, secretId: string): Promise<readonly string[]> {
  const versions = await listVersions(client, secretId);
  return versions.map(({ VersionId }) => VersionId).filter((id) => !isLeaseVersionId(id));
}

/** All versions, those without a label too. */
export async function listVersions(
  client: SecretsManager,
  secretId: string,
): Promise<readonly ListedVersion[]> {
  const call = { secretId, action: "ListSecretVersionIds" };
  const pages = await listPages(call, (next) =>
    ask(call, versionPage, () =>
      client.listSecretVersionIds({ SecretId: secretId, IncludeDeprecated: true, ...next }),
    ),
  );
  return pages.flatMap(({ Versions }) => Versions ?? []);
}
