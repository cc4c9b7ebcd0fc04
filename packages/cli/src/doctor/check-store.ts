import { type CredentialStore, type StoreConfig, storeKindOf } from "@opconnect/provision";
import { type Finding, findingOf } from "./finding.ts";

/** Looks whether the credential store answers, and to whom. */
export async function checkStore(config: StoreConfig, store: CredentialStore): Promise<Finding> {
  return findingOf("store", undefined, async () => {
    const secrets = await store.listSecrets();
    const where = storeKindOf(config).inWords(
      config,
      secrets.map(({ secretId }) => secretId),
    );
    return { status: "ok", happened: `${where}: ${secrets.length} secrets of opconnect.` };
  });
}
