import {
  ConnectError,
  isConnectError,
  parseCredentialsFile,
  type VaultGrant,
} from "@opconnect/core";
import { isReplaced, isRotated, type MintingPlan } from "../minting/plan.ts";
import type { StoredState } from "../minting/stored-state.ts";
import type { StoredCredential } from "../store/contract/credential-store.ts";
import type { StoreTags } from "../store/contract/value-tags.ts";
import type { ServerRequest } from "./request.ts";

/** A Connect server as the store tells of it. */
export interface StoredServer {
  readonly id: string;
  /** Vaults it is granted. */
  readonly vaults: readonly VaultGrant[];
  readonly mintedAt?: Date;
}

/**
 * Decides by what the store holds whether a Connect server is there already. What a planned
 * replacement replaces has a lower revision, another name or its id, and is not adopted.
 * @throws `CREDENTIALS_FILE_INVALID` if a person stored a damaged file, `STORE_CONTENT_INVALID` if
 * the store holds what we did not put there, or a newer revision than the one asked for.
 */
export function planServer(state: StoredState, wanted: ServerRequest): MintingPlan<StoredServer> {
  switch (state.kind) {
    case "empty":
      return planEmpty(wanted);
    case "unfinished":
      return mint("refused");
    case "foreign":
      return planForeign(state.stored, wanted);
    case "replaced":
      return mint("expected");
  }
  const { tags } = state;
  if (isReplaced(tags.serverId, tags, wanted)) return mint("expected");
  if (state.kind === "unreadable") throw state.failure;
  const id = serverIdOf(tags, wanted);
  if (state.kind === "displaced") return { kind: "restore", versionId: state.versionId };
  const { stored } = state;
  // Damaged before it was described: that server is of no use any more.
  if (!isCredentialsFile(stored.value)) return mint("expected");
  return { kind: "adopt", about: { id, vaults: tags.vaults }, stored, described: true };
}

function mint(namesakes: "expected" | "refused"): MintingPlan<StoredServer> {
  return { kind: "mint", namesakes };
}

function planEmpty({ secretId, adopts, revision }: ServerRequest): MintingPlan<StoredServer> {
  if (adopts === undefined || revision > 1) return mint("refused");
  throw new ConnectError(
    "STORE_NOT_FOUND",
    `The Connect server ${adopts} is to be taken over, and the secret ${secretId} holds no credentials file.`,
    "Put the text of its 1password-credentials.json into the secret first, or leave `adopts` out to have a new server created.",
  );
}

function planForeign(stored: StoredCredential, wanted: ServerRequest): MintingPlan<StoredServer> {
  const { adopts, rotation, revision } = wanted;
  const isLeftBehind = isRotated(adopts, rotation);
  if (adopts !== undefined && !isLeftBehind) {
    parseStored(stored.value, wanted);
    // Nothing lists what it is granted, so all is granted again: no change where it has it.
    return { kind: "adopt", about: { id: adopts, vaults: [] }, stored, described: false };
  }
  if (revision > 1 || isLeftBehind) return mint("expected");
  parseStored(stored.value, wanted);
  throw foreignFile(wanted);
}

function isCredentialsFile(value: string): boolean {
  try {
    parseCredentialsFile(value);
    return true;
  } catch {
    return false;
  }
}

function parseStored(value: string, { secretId, revision }: ServerRequest): void {
  try {
    parseCredentialsFile(value);
  } catch (error) {
    if (!isConnectError(error)) throw error;
    throw new ConnectError(
      "CREDENTIALS_FILE_INVALID",
      `${error.happened} It is the one in the secret ${secretId}.`,
      `Put the whole file back, from an earlier version of the secret for one, or set \`revision: ${revision + 1}\` to have a new Connect server created.`,
    );
  }
}

function foreignFile({ secretId, revision }: ServerRequest): ConnectError {
  return new ConnectError(
    "STORE_CONTENT_INVALID",
    `The secret ${secretId} holds a credentials file that opconnect did not store, and a credentials file does not tell its Connect server.`,
    `To use it, pass the id of its server as \`adopts\`. To have it replaced by that of a new Connect server, set \`revision: ${revision + 1}\`; otherwise use a secret of its own.`,
  );
}

function serverIdOf({ serverId }: StoreTags, { secretId, revision }: ServerRequest): string {
  if (serverId !== undefined) return serverId;
  throw new ConnectError(
    "STORE_CONTENT_INVALID",
    `The secret ${secretId} has lost its tag opconnect:server-id.`,
    `Set the tag again, or set \`revision: ${revision + 1}\` to have a new Connect server created.`,
  );
}
