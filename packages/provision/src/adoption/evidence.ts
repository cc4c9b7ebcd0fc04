import {
  type ConnectTokenClaims,
  defined,
  isConnectError,
  isSameOnePasswordId,
  parseCredentialsFile,
} from "@opconnect/core";
import type { StoredState } from "../minting/stored-state.ts";
import { isLive } from "../op/object-state.ts";
import type { OpServer } from "../op/servers.ts";
import type { AdoptionRequest } from "./request.ts";

/** What speaks for the adoption, against it, or for neither. */
export interface AdoptionEvidence {
  readonly status: "ok" | "failed" | "unknown";
  readonly happened: string;
  readonly remedy?: string;
}

/** A token of the store, with its value, which is secret. */
export interface ReadToken {
  readonly consumer: string;
  readonly secretId: string;
  readonly value: string;
  readonly claims: ConnectTokenClaims;
}

/** Whether the store holds a whole credentials file. */
export function judgeFile(state: StoredState, secretId: string): AdoptionEvidence {
  if (state.kind === "empty" || state.stored === undefined) {
    return failed(
      `The secret ${secretId} holds no credentials file.`,
      "Put the text of 1password-credentials.json into it, or name the secret that holds it with `--credentials-secret`.",
    );
  }
  try {
    parseCredentialsFile(state.stored.value);
    return ok(`The secret ${secretId} holds a whole credentials file.`);
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return failed(`${error.happened} It is in the secret ${secretId}.`, error.remedy);
  }
}

/** Whether the Connect server is known, and alive as far as `op` can tell. */
export function judgeServer(
  id: string | undefined,
  servers: readonly OpServer[] | undefined,
  request: Pick<AdoptionRequest, "convention" | "client" | "environment">,
): AdoptionEvidence {
  if (id === undefined) {
    return failed(
      `Nothing tells which Connect server it is: no tag, no token, and not exactly one server is named "${request.convention.names(request).server}".`,
      "Name it with `--server`; `op connect server list` shows all.",
    );
  }
  if (servers === undefined) {
    return unknown(
      `Whether the Connect server ${id} is alive was not looked at: \`op\` cannot tell here.`,
    );
  }
  const row = servers.find((server) => isSameOnePasswordId(server.id, id));
  if (row !== undefined && isLive(row)) {
    return ok(`The Connect server ${row.id} is "${row.name}", and alive.`);
  }
  return failed(
    `The Connect server ${id} ${row === undefined ? "is not in this account" : "was deleted"}.`,
    "Name another with `--server`, or sign in to its account.",
  );
}

/** Whether a Connect token is still good, and for this server. */
export function judgeToken(
  { consumer, claims }: ReadToken,
  serverId: string | undefined,
): readonly AdoptionEvidence[] {
  const { id, expiresAt } = claims;
  const token = `The Connect token ${id} for ${consumer}`;
  if (expiresAt !== undefined && expiresAt <= new Date()) {
    return [
      failed(
        `${token} expired on ${expiresAt.toISOString().slice(0, 10)}.`,
        "Take it out of its secret: then a new one is created.",
      ),
    ];
  }
  if (serverId === undefined) return [];
  if (isSameOnePasswordId(claims.serverId, serverId)) return [ok(`${token} is for this server.`)];
  return [
    failed(
      `${token} is for another server, ${claims.serverId}.`,
      "Name the right server with `--server`, or the right secret with `--token-secret`.",
    ),
  ];
}

/** Whether the credentials file is that of the server: it names none, so others have to tell. */
export async function judgeTogether(
  state: StoredState,
  [token]: readonly ReadToken[],
  serverId: string | undefined,
  askConnect: ((token: string) => Promise<boolean>) | undefined,
): Promise<AdoptionEvidence> {
  if (state.kind === "ours" && state.tags.serverId !== undefined && serverId !== undefined) {
    return isSameOnePasswordId(state.tags.serverId, serverId)
      ? ok("The tags of the credentials file name this server.")
      : failed(
          `The tags of the credentials file name another server, ${state.tags.serverId}.`,
          "Name that one with `--server`, or the right secret with `--credentials-secret`.",
        );
  }
  if (askConnect === undefined || token === undefined) {
    return unknown(
      "Whether the credentials file and the token belong together is not known: the file names no server.",
      "Pass `--connect-url` of the Connect that runs on this file, and it is asked.",
    );
  }
  const { id } = token.claims;
  return (await askConnect(token.value))
    ? ok(`The running Connect takes the token ${id}.`)
    : failed(
        `The running Connect refuses the token ${id}: its credentials file is another server's, or the token is revoked.`,
        "Store the credentials file and a token of the same server.",
      );
}

function ok(happened: string): AdoptionEvidence {
  return { status: "ok", happened };
}

export function failed(happened: string, remedy: string): AdoptionEvidence {
  return { status: "failed", happened, remedy };
}

/** It speaks for neither. */
export function unknown(happened: string, remedy?: string): AdoptionEvidence {
  return { status: "unknown", happened, ...defined({ remedy }) };
}
