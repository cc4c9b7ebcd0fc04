import {
  type ConnectTokenClaims,
  type Convention,
  type EnvironmentId,
  isConnectError,
  isSameOnePasswordId,
  parseCredentialsFile,
} from "@opconnect/core";
import type { StoredState } from "../minting/stored-state.ts";
import type { OpServer } from "../op/servers.ts";

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
    return {
      status: "failed",
      happened: `The secret ${secretId} holds no credentials file.`,
      remedy:
        "Put the text of 1password-credentials.json into it, or name the secret that holds it with `--credentials-secret`.",
    };
  }
  try {
    parseCredentialsFile(state.stored.value);
    return { status: "ok", happened: `The secret ${secretId} holds a whole credentials file.` };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return {
      status: "failed",
      happened: `${error.happened} It is in the secret ${secretId}.`,
      remedy: error.remedy,
    };
  }
}

/** Whether the Connect server is known, and alive as far as `op` can tell. */
export function judgeServer(
  id: string | undefined,
  servers: readonly OpServer[] | undefined,
  { convention, ...environment }: EnvironmentId & { readonly convention: Convention },
): AdoptionEvidence {
  if (id === undefined) {
    return {
      status: "failed",
      happened: `Nothing tells which Connect server it is: no tag, no token, and not exactly one server is named "${convention.names(environment).server}".`,
      remedy: "Name it with `--server`; `op connect server list` shows all.",
    };
  }
  if (servers === undefined) {
    return {
      status: "unknown",
      happened: `Whether the Connect server ${id} is alive was not looked at: \`op\` cannot tell here.`,
    };
  }
  const row = servers.find((server) => isSameOnePasswordId(server.id, id));
  if (row?.state === "ACTIVE") {
    return { status: "ok", happened: `The Connect server ${row.id} is "${row.name}", and alive.` };
  }
  return {
    status: "failed",
    happened: `The Connect server ${id} ${row === undefined ? "is not in this account" : "was deleted"}.`,
    remedy: "Name another with `--server`, or sign in to its account.",
  };
}

/** Whether a Connect token is still good, and for this server. */
export function judgeToken(
  { consumer, claims }: ReadToken,
  serverId: string | undefined,
): readonly AdoptionEvidence[] {
  const { id, expiresAt } = claims;
  if (expiresAt !== undefined && expiresAt <= new Date()) {
    return [
      {
        status: "failed",
        happened: `The Connect token ${id} for ${consumer} expired on ${expiresAt.toISOString().slice(0, 10)}.`,
        remedy: "Take it out of its secret: then a new one is created.",
      },
    ];
  }
  if (serverId === undefined) return [];
  if (isSameOnePasswordId(claims.serverId, serverId)) {
    return [
      { status: "ok", happened: `The Connect token ${id} for ${consumer} is for this server.` },
    ];
  }
  return [
    {
      status: "failed",
      happened: `The Connect token ${id} for ${consumer} is for another server, ${claims.serverId}.`,
      remedy: "Name the right server with `--server`, or the right secret with `--token-secret`.",
    },
  ];
}

/** Whether the credentials file is that of the server: it names none, so others have to tell. */
export async function judgeTogether(
  state: StoredState,
  tokens: readonly ReadToken[],
  serverId: string | undefined,
  askConnect: ((token: string) => Promise<boolean>) | undefined,
): Promise<readonly AdoptionEvidence[]> {
  const [token] = tokens;
  if (state.kind === "ours" && state.tags.serverId !== undefined && serverId !== undefined) {
    const fits = isSameOnePasswordId(state.tags.serverId, serverId);
    return [
      fits
        ? { status: "ok", happened: "The tags of the credentials file name this server." }
        : {
            status: "failed",
            happened: `The tags of the credentials file name another server, ${state.tags.serverId}.`,
            remedy:
              "Name that one with `--server`, or the right secret with `--credentials-secret`.",
          },
    ];
  }
  if (askConnect !== undefined && token !== undefined) {
    return [await judgeAnswer(askConnect, token)];
  }
  return [
    {
      status: "unknown",
      happened:
        "Whether the credentials file and the token belong together is not known: the file names no server.",
      remedy: "Pass `--connect-url` of the Connect that runs on this file, and it is asked.",
    },
  ];
}

async function judgeAnswer(
  askConnect: (token: string) => Promise<boolean>,
  { claims, value }: ReadToken,
): Promise<AdoptionEvidence> {
  if (await askConnect(value)) {
    return { status: "ok", happened: `The running Connect takes the token ${claims.id}.` };
  }
  return {
    status: "failed",
    happened: `The running Connect refuses the token ${claims.id}: its credentials file is another server's, or the token is revoked.`,
    remedy: "Store the credentials file and a token of the same server.",
  };
}
