import type { VaultGrant } from "@opconnect/core";
import { ConnectError, isSameOnePasswordId, parseCredentialsFile } from "@opconnect/core";
import type { StoredState } from "../minting/stored-state.ts";
import type { StoredCredential } from "../store/contract/credential-store.ts";
import { encodeTagName, type StoreTags } from "../store/contract/value-tags.ts";

/** What the plan for a Connect server depends on. */
export interface PlannedServer {
  /** Name in 1Password. */
  readonly name: string;
  /** The secret that keeps the credentials file, to name it in errors. */
  readonly secretId: string;
  /** Raised to ask for a new server. */
  readonly revision: number;
  /** Id of the server that is being replaced. */
  readonly rotates?: string | undefined;
  /** Id of the server made by hand that the stored file belongs to. */
  readonly adopts?: string | undefined;
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
  /** Use the file that somebody else stored, and describe it. */
  | { readonly kind: "take-over"; readonly serverId: string; readonly stored: StoredCredential }
  /** Make this version of the secret current again, which holds the file of a server that fits. */
  | { readonly kind: "restore"; readonly versionId: string }
  /** Create one; beside one that it replaces if `replaces` is set. */
  | { readonly kind: "mint"; readonly replaces: boolean };

/**
 * Decides by what the store holds whether a Connect server is there already. What a planned
 * replacement replaces has a lower revision, another name or its id, and is not adopted.
 * @throws `CREDENTIALS_FILE_INVALID` if somebody else stored a damaged file,
 * `STORE_CONTENT_INVALID` if the store holds what we did not put there, or a newer revision than
 * the one asked for.
 */
export function planServer(state: StoredState, wanted: PlannedServer): ServerPlan {
  if (state.kind === "empty") return planEmpty(wanted);
  if (state.kind === "unfinished") return { kind: "mint", replaces: false };
  if (state.kind === "foreign") return planForeign(state.stored, wanted);
  const { tags } = state;
  if (isReplaced(tags, wanted)) return { kind: "mint", replaces: true };
  if (state.kind === "unreadable") throw state.failure;
  const serverId = serverIdOf(tags, wanted);
  if (state.kind === "displaced") return { kind: "restore", versionId: state.versionId };
  const { stored } = state;
  // Damaged before it was described: nobody can use that server any more.
  if (!isCredentialsFile(stored.value)) return { kind: "mint", replaces: true };
  return { kind: "adopt", serverId, stored, vaults: tags.vaults };
}

function planEmpty({ secretId, adopts, revision }: PlannedServer): ServerPlan {
  if (adopts === undefined || revision > 1) return { kind: "mint", replaces: false };
  throw new ConnectError(
    "STORE_NOT_FOUND",
    `The Connect server ${adopts} is to be taken over, and the secret ${secretId} holds no credentials file.`,
    "Put the text of its 1password-credentials.json into the secret first, or leave `adopts` out to have a new server created.",
  );
}

function planForeign(stored: StoredCredential, wanted: PlannedServer): ServerPlan {
  const { adopts, rotates, revision } = wanted;
  const isLeftBehind = adopts !== undefined && isSameOnePasswordId(adopts, rotates ?? "");
  if (adopts !== undefined && !isLeftBehind) {
    parseStored(stored.value, wanted);
    return { kind: "take-over", serverId: adopts, stored };
  }
  if (revision > 1 || isLeftBehind) return { kind: "mint", replaces: true };
  parseStored(stored.value, wanted);
  throw foreignFile(wanted);
}

function isReplaced(tags: StoreTags, wanted: PlannedServer): boolean {
  const revision = tags.revision ?? 1;
  if (revision > wanted.revision) throw newerRevision(revision, wanted);
  if (revision < wanted.revision || tags.name !== encodeTagName(wanted.name)) return true;
  return tags.serverId !== undefined && isSameOnePasswordId(tags.serverId, wanted.rotates ?? "");
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

function isCredentialsFile(value: string): boolean {
  try {
    parseCredentialsFile(value);
    return true;
  } catch {
    return false;
  }
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
    `To use it, pass the id of its server as \`adopts\`. To have it replaced by that of a new Connect server, set \`revision: ${revision + 1}\`; otherwise use a secret of its own.`,
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
