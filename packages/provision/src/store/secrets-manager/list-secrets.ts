import type { ListedSecret } from "../contract/credential-store.ts";
import { isOurs, ownerTag } from "../contract/secret-tags.ts";
import { adoptedTagKey } from "../contract/tag-keys.ts";
import { describeVersions, secretPage } from "./answers.ts";
import { ask, type RegionalClient, regionOf } from "./client.ts";

/** Lists the secrets of one region that are ours. Replicas of other regions are not. */
export async function listSecrets({
  sdk,
  client,
}: RegionalClient): Promise<readonly ListedSecret[]> {
  const listed: ListedSecret[] = [];
  let token: string | undefined;
  do {
    // A filter knows beginnings only, and keys apart from values.
    const command = new sdk.ListSecretsCommand({
      Filters: [{ Key: "tag-key", Values: [ownerTag.key, adoptedTagKey] }],
      ...(token ? { NextToken: token } : {}),
    });
    const call = { secretId: "all secrets", action: "ListSecrets" };
    const page = await ask(call, secretPage, () => client.send(command));
    for (const { ARN, Name, Tags, SecretVersionsToStages, PrimaryRegion } of page.SecretList) {
      if (!isOurs(Tags) || (PrimaryRegion && PrimaryRegion !== regionOf(ARN))) continue;
      listed.push({ secretId: ARN, name: Name, ...describeVersions(SecretVersionsToStages, Tags) });
    }
    token = page.NextToken ?? "";
  } while (token !== "");
  return listed;
}
