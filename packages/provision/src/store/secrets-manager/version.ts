import { ConnectError, fingerprint } from "@opconnect/core";
import type { CredentialToStore, SecretDescription } from "../contract/credential-store.ts";
import { isLeaseVersionId, versionIdOf } from "../contract/version-id.ts";
import {
  acknowledged,
  type DescribedSecret,
  describedSecret,
  describeVersions,
  secretValue,
  versionPage,
  writtenVersion,
} from "./answers.ts";
import { ask, type RegionalClient } from "./client.ts";

/**
 * Reads what AWS knows about a secret.
 * @throws `STORE_NOT_FOUND` if there is no such secret.
 */
export function describeSecret(
  { sdk, client }: RegionalClient,
  secretId: string,
): Promise<DescribedSecret> {
  return ask({ secretId, action: "DescribeSecret" }, describedSecret, () =>
    client.send(new sdk.DescribeSecretCommand({ SecretId: secretId })),
  );
}

/**
 * Reads the current value; `undefined` if nothing was stored yet. That is asked first: what AWS says
 * of a secret without a value is hard to tell from what it says of one that does not exist.
 */
export async function currentValue(regional: RegionalClient, secretId: string) {
  const { Tags, VersionIdsToStages, DeletedDate } = await describeSecret(regional, secretId);
  const { versionId: current, tags } = describeVersions(VersionIdsToStages, Tags);
  // Of one that is scheduled for deletion AWS refuses the value, with a reason.
  if (current === undefined && !DeletedDate) return undefined;
  const { sdk, client } = regional;
  const { SecretString, VersionId } = await ask(
    { secretId, action: "GetSecretValue" },
    secretValue,
    () =>
      client.send(
        new sdk.GetSecretValueCommand({ SecretId: secretId, VersionStage: "AWSCURRENT" }),
      ),
  );
  if (typeof SecretString === "string") return { value: SecretString, versionId: VersionId, tags };
  throw new ConnectError(
    "STORE_CONTENT_INVALID",
    `The secret ${secretId} holds a binary value.`,
    "opconnect stores text only: use a secret of its own for each credential.",
  );
}

/**
 * Describes a secret by its labelled versions. Only where the version that its tags describe is not
 * among them are those without a label listed too, as far as that is allowed.
 */
export async function describeStored(
  regional: RegionalClient,
  secretId: string,
  { VersionIdsToStages, Tags }: DescribedSecret,
): Promise<SecretDescription> {
  const description = describeVersions(VersionIdsToStages, Tags);
  const described = Tags["opconnect:fingerprint"];
  if (described === undefined) return description;
  if (description.versionIds.includes(versionIdOf(secretId, described))) return description;
  const versionIds = await listVersions(regional, secretId).catch(() => description.versionIds);
  return { ...description, versionIds };
}

/** Writes a value and makes it current. */
export async function putValue(
  regional: RegionalClient,
  { secretId, value }: CredentialToStore,
): Promise<string> {
  const { sdk, client } = regional;
  const token = versionIdOf(secretId, fingerprint(value));
  const { VersionId } = await ask({ secretId, action: "PutSecretValue" }, writtenVersion, () =>
    client.send(
      new sdk.PutSecretValueCommand({
        SecretId: secretId,
        SecretString: value,
        ClientRequestToken: token,
      }),
    ),
  );
  // Of a version that exists already AWS takes no notice, so an earlier value is not current yet.
  await moveCurrent(regional, secretId, VersionId);
  return VersionId;
}

/** Makes an earlier version current; `false` if AWS does not have it any more. */
export async function restoreVersion(
  regional: RegionalClient,
  secretId: string,
  versionId: string,
): Promise<boolean> {
  if (isLeaseVersionId(versionId)) return false;
  const { VersionIdsToStages } = await describeSecret(regional, secretId);
  const isThere =
    versionId in VersionIdsToStages || (await listVersions(regional, secretId)).includes(versionId);
  if (isThere) await moveCurrent(regional, secretId, versionId);
  return isThere;
}

async function moveCurrent(regional: RegionalClient, secretId: string, versionId: string) {
  const { VersionIdsToStages } = await describeSecret(regional, secretId);
  const current = Object.entries(VersionIdsToStages).find(([, labels]) =>
    labels.includes("AWSCURRENT"),
  )?.[0];
  if (current === versionId) return;
  const { sdk, client } = regional;
  await ask({ secretId, action: "UpdateSecretVersionStage" }, acknowledged, () =>
    client.send(
      new sdk.UpdateSecretVersionStageCommand({
        SecretId: secretId,
        VersionStage: "AWSCURRENT",
        MoveToVersionId: versionId,
        ...(current === undefined ? {} : { RemoveFromVersionId: current }),
      }),
    ),
  );
}

/** All versions with a value, those without a label too. */
async function listVersions(regional: RegionalClient, secretId: string) {
  const { sdk, client } = regional;
  const versionIds: string[] = [];
  let token: string | undefined;
  do {
    const { Versions, NextToken } = await ask(
      { secretId, action: "ListSecretVersionIds" },
      versionPage,
      () =>
        client.send(
          new sdk.ListSecretVersionIdsCommand({
            SecretId: secretId,
            IncludeDeprecated: true,
            ...(token ? { NextToken: token } : {}),
          }),
        ),
    );
    versionIds.push(...(Versions ?? []).map(({ VersionId }) => VersionId));
    token = NextToken ?? "";
  } while (token !== "");
  return versionIds.filter((versionId) => !isLeaseVersionId(versionId));
}
