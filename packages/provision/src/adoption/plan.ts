import {
  decodeConnectToken,
  defined,
  isConnectError,
  isSameOnePasswordId,
  unlessCode,
  type VaultGrant,
} from "@opconnect/core";
import { readState, type StoredState } from "../minting/stored-state.ts";
import { isLive, unlessOpFails } from "../op/object-state.ts";
import type { OpCli } from "../op/op-cli.ts";
import type { OpServer } from "../op/servers.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { withListedAccess } from "../token/listed-access.ts";
import {
  type AdoptionEvidence,
  failed,
  judgeFile,
  judgeServer,
  judgeTogether,
  judgeToken,
  type ReadToken,
  unknown,
} from "./evidence.ts";
import type { AdoptionRequest } from "./request.ts";
import { type AdoptedVault, adoptedVaults } from "./vaults.ts";

/** The systems that are asked, all of them only to read. */
export interface AdoptionSystems {
  readonly op: OpCli;
  readonly store: Pick<CredentialStore, "read" | "describe">;
  /**
   * Whether a running Connect takes a token.
   * @default - there is none to ask
   */
  readonly askConnect?: ((token: string) => Promise<boolean>) | undefined;
}

/** What was found. Nothing has been changed. */
export interface Adoption {
  /** None if nothing tells which one it is. */
  readonly server?: { readonly id: string; readonly name?: string };
  readonly vaults: readonly AdoptedVault[];
  readonly tokens: readonly AdoptedToken[];
  /** One sentence each, in the order of looking. */
  readonly evidence: readonly AdoptionEvidence[];
}

/** A Connect token in the store. */
export interface AdoptedToken {
  readonly consumer: string;
  readonly id: string;
  readonly secretId: string;
  readonly vaults: readonly Pick<VaultGrant, "id" | "access">[];
  /** Life time that it was made with, in seconds; none if it never expires. */
  readonly lifeSeconds?: number;
  readonly expiresAt?: Date;
}

/**
 * Looks at an environment that shall be adopted: which server, vaults and tokens it has, and
 * whether the credentials file and the tokens in the store belong together. Values are read, and
 * told to none but the Connect that shall be asked.
 * @throws `STORE_…` codes where the store cannot be read. What `op` cannot tell is left unknown.
 */
export async function planAdoption(
  request: AdoptionRequest,
  systems: AdoptionSystems,
): Promise<Adoption> {
  const evidence: AdoptionEvidence[] = [];
  const state = await readOrEmpty(systems.store, request.credentialsSecret);
  evidence.push(judgeFile(state, request.credentialsSecret));
  const tokens = await readTokens(request, systems, evidence);
  const servers = await unlessOpFails(() => systems.op.listServers());
  const server = findServer(request, state, tokens, servers);
  evidence.push(judgeServer(server?.id, servers, request));
  for (const token of tokens) evidence.push(...judgeToken(token, server?.id));
  evidence.push(await judgeTogether(state, tokens, server?.id, systems.askConnect));
  const adopted = tokens.map(toAdopted);
  return {
    ...defined({ server }),
    vaults: adoptedVaults(request, {
      listed: (await unlessOpFails(() => systems.op.listVaults())) ?? [],
      tagged: state.tags.vaults,
      covered: adopted.flatMap(({ vaults }) => vaults),
    }),
    tokens: adopted,
    evidence,
  };
}

async function readOrEmpty(
  store: AdoptionSystems["store"],
  secretId: string,
): Promise<StoredState> {
  const state = await unlessCode(["STORE_NOT_FOUND"], () => readState(store, secretId));
  return state ?? { kind: "empty", tags: { vaults: [] }, encoded: {} };
}

async function readTokens(
  { tokenSecrets }: AdoptionRequest,
  { op, store }: AdoptionSystems,
  evidence: AdoptionEvidence[],
): Promise<readonly ReadToken[]> {
  const tokens: ReadToken[] = [];
  for (const [consumer, secretId] of Object.entries(tokenSecrets)) {
    const state = await readOrEmpty(store, secretId);
    if (state.kind === "empty" || state.stored === undefined) {
      evidence.push(
        unknown(
          `The secret ${secretId} holds no Connect token for ${consumer}: one will be created.`,
        ),
      );
      continue;
    }
    const { value } = state.stored;
    try {
      const claims = decodeConnectToken(value);
      const listed = await unlessOpFails(() => withListedAccess(claims, op));
      tokens.push({ consumer, secretId, value, claims: listed ?? claims });
    } catch (error) {
      if (!isConnectError(error)) throw error;
      evidence.push(failed(`${error.happened} It is in the secret ${secretId}.`, error.remedy));
    }
  }
  return tokens;
}

/** By what was told, else the tags of the credentials file, else the tokens, else the name. */
function findServer(
  request: AdoptionRequest,
  state: StoredState,
  tokens: readonly ReadToken[],
  servers: readonly OpServer[] | undefined,
): { readonly id: string; readonly name?: string } | undefined {
  const tagged = state.kind === "ours" ? state.tags.serverId : undefined;
  const name = request.convention.names(request).server;
  const [named, ...others] = (servers ?? []).filter((row) => row.name === name && isLive(row));
  const onlyNamed = others.length === 0 ? named?.id : undefined;
  const id = request.serverId ?? tagged ?? tokens[0]?.claims.serverId ?? onlyNamed;
  if (id === undefined) return undefined;
  const row = (servers ?? []).find((server) => isSameOnePasswordId(server.id, id));
  return row === undefined ? { id } : { id: row.id, name: row.name };
}

function toAdopted({ consumer, secretId, claims }: ReadToken): AdoptedToken {
  const { id, vaults, issuedAt, expiresAt } = claims;
  const lifeMs = issuedAt && expiresAt && expiresAt.getTime() - issuedAt.getTime();
  return {
    consumer,
    id,
    secretId,
    // An access without a name is taken for the lesser right: what comes of it shows at preview.
    vaults: vaults.map((vault) => ({
      id: vault.id,
      access: vault.access === "read-write" ? "read-write" : "read",
    })),
    ...defined({ lifeSeconds: lifeMs && Math.round(lifeMs / 1000), expiresAt }),
  };
}
