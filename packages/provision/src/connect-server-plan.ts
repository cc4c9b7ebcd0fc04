import { ConnectError, parseCredentialsFile } from "@opconnect/core";
import type { StoredCredential } from "./credential-store.ts";
import { encodeTagName, type StoreTags } from "./store-tags.ts";
import { storedState } from "./stored-state.ts";
import type { VaultGrant } from "./vault-grant.ts";

/** What the plan for a Connect server depends on. */
export interface PlannedServer {
  /** Name in 1Password. */
  readonly name: string;
  /** The secret that keeps the credentials file, to name it in errors. */
  readonly secretId: string;
  /** Raised to ask for a new server. */
  readonly revision: number;
}

/** What to do so that there is a Connect server with its credentials file in the store. */
export type ServerPlan =
  /** Use the stored one. Its grants may differ from those wanted. */
  | {
      readonly kind: "adopt";
      readonly serverId: string;
      readonly stored: StoredCredential;
      readonly vaults: readonly VaultGrant[];
    }
  /** Create one; beside one that it replaces if `replaces` is set. */
  | { readonly kind: "mint"; readonly replaces: boolean };

/**
 * Decides by what the store holds whether a Connect server is there already. What a planned
 * replacement replaces has a lower revision or another name, and is not adopted.
 * @throws `CREDENTIALS_FILE_INVALID` if the stored file is damaged, `STORE_CONTENT_INVALID` if the
 * store holds what we did not put there, or a newer revision than the one asked for.
 */
export function planServer(
  stored: StoredCredential | undefined,
  wanted: PlannedServer,
): ServerPlan {
  const state = storedState(stored);
  if (state.kind === "empty" || state.kind === "unfinished")
    return { kind: "mint", replaces: false };
  if (state.kind === "foreign") {
    if (wanted.revision > 1) return { kind: "mint", replaces: true };
    parseStored(state.stored.value, wanted);
    throw foreignFile(wanted);
  }
  const { tags } = state;
  const storedRevision = tags.revision ?? 1;
  if (storedRevision > wanted.revision) throw newerRevision(storedRevision, wanted);
  const isReplaced = storedRevision < wanted.revision || tags.name !== encodeTagName(wanted.name);
  if (isReplaced) return { kind: "mint", replaces: true };
  parseStored(state.stored.value, wanted);
  return {
    kind: "adopt",
    serverId: serverIdOf(tags, wanted),
    stored: state.stored,
    vaults: tags.vaults,
  };
}

/** A store that is ahead belongs to somebody with a newer program. */
export function newerRevision(
  stored: number,
  { name, secretId, revision }: PlannedServer,
): ConnectError {
  return new ConnectError(
    "STORE_CONTENT_INVALID",
    `The secret ${secretId} holds revision ${stored} of "${name}", and revision ${revision} is asked for.`,
    `Set \`revision: ${stored}\` to use it, or ${stored + 1} to replace it.`,
  );
}

function parseStored(value: string, { secretId, revision }: PlannedServer): void {
  try {
    parseCredentialsFile(value);
  } catch (error) {
    if (!(error instanceof Error && "happened" in error)) throw error;
    throw new ConnectError(
      "CREDENTIALS_FILE_INVALID",
      `${String(error.happened)} It is the one in the secret ${secretId}.`,
      `Put the whole file back (\`aws secretsmanager list-secret-version-ids --secret-id ${secretId}\` shows earlier versions), or set \`revision: ${revision + 1}\` to have a new Connect server created.`,
    );
  }
}

function foreignFile({ secretId, revision }: PlannedServer): ConnectError {
  return new ConnectError(
    "STORE_CONTENT_INVALID",
    `The secret ${secretId} holds a credentials file that opconnect did not store, and a credentials file does not tell its Connect server.`,
    `To have it replaced by that of a new Connect server, set \`revision: ${revision + 1}\`; otherwise use a secret of its own.`,
  );
}

function serverIdOf({ serverId }: StoreTags, { secretId, revision }: PlannedServer): string {
  if (serverId !== undefined) return serverId;
  throw new ConnectError(
    "STORE_CONTENT_INVALID",
    `The secret ${secretId} has lost its tag opconnect:server-id.`,
    `Set the tag again, or set \`revision: ${revision + 1}\` to have a new Connect server created.`,
  );
}
