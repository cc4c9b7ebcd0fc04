import type { SecretsManager } from "../aws-sdk.ts";
import type { ListedSecret } from "../contract/credential-store.ts";
import { adoptedTagKey, isOurs, ownerTag } from "../contract/secret-tags.ts";
import { describeVersions, secretPage } from "./answers.ts";
import { ask, listPages, regionOf } from "./client.ts";
import { reportStoreErrors } from "./errors.ts";
import { settledList } from "./own-writes.ts";

/** Lists the secrets of one region that are ours. Replicas of other regions are not. */
export async function listSecrets(client: SecretsManager): Promise<readonly ListedSecret[]> {
  const call = { secretId: "all secrets", action: "ListSecrets" };
  // A filter knows beginnings only, and keys apart from values.
  const Filters = [{ Key: "tag-key" as const, Values: [ownerTag.key, adoptedTagKey] }];
  const region = await reportStoreErrors(call, () => client.config.region());
  const listed = await settledList(region, async () => {
    const pages = await listPages(call, (next) =>
      ask(call, secretPage, () => client.listSecrets({ Filters, ...next })),
    );
    return pages.flatMap(({ SecretList }) => SecretList);
  });
  return listed
    .filter(
      ({ ARN, Tags, PrimaryRegion }) =>
        isOurs(Tags) && (!PrimaryRegion || PrimaryRegion === regionOf(ARN)),
    )
    .map(({ ARN, Name, Tags, SecretVersionsToStages }) => ({
      secretId: ARN,
      name: Name,
      ...describeVersions(SecretVersionsToStages, Tags),
    }));
}
