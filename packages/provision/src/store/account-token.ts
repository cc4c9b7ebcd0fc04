import { ConnectError } from "@opconnect/core";
import type { CredentialStore } from "./contract/credential-store.ts";
import { type StoreConfig, storeKindOf } from "./kinds.ts";

/** Where the token of a service account lies, which an admin has put into the store. */
export interface StoredAccountToken {
  readonly secretId: string;
  /** Version of the secret: another one is another token. */
  readonly versionId: string;
}

/**
 * Finds the token of a service account, which an admin has put into a secret. Reads no value.
 * @param config Of the store: the error names what an admin runs.
 * @param secret Name or id of the secret.
 * @throws `STORE_NOT_FOUND` if there is no such secret, if it is about to be deleted, or if nothing
 * is in it.
 */
export async function findAccountToken(
  config: StoreConfig,
  secret: string,
  store: Pick<CredentialStore, "findSecret" | "describe">,
): Promise<StoredAccountToken> {
  const { nameOf, putCommand, restoreCommand } = storeKindOf(config);
  const found = await store.findSecret(nameOf(secret));
  const about = found && !found.isDeleted ? await store.describe(found.secretId) : undefined;
  if (found !== undefined && about?.versionId !== undefined) {
    return { secretId: found.secretId, versionId: about.versionId };
  }
  const put = (isThere: boolean) =>
    `\`op service-account create <name> --vault <vault>:read_items --raw | tr -d '\\n' | ${putCommand(config, secret, isThere)}\``;
  throw found?.isDeleted
    ? new ConnectError(
        "STORE_NOT_FOUND",
        `The secret ${secret} with the token of a service account is about to be deleted.`,
        `An admin brings it back, with what it held: \`${restoreCommand(config, secret)}\`. If that is not the token, it is put there next: ${put(true)}.`,
      )
    : new ConnectError(
        "STORE_NOT_FOUND",
        `The store has no token of a service account in ${secret}.`,
        `An admin puts it there: ${put(found !== undefined)}.`,
      );
}
