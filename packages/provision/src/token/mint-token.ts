import { setTimeout } from "node:timers/promises";
import {
  ConnectError,
  type ConnectTokenClaims,
  decodeConnectToken,
  fingerprint,
  isConnectError,
  isSameOnePasswordId,
} from "@opconnect/core";
import { type Mintable, type MintingPlace, mint } from "../minting/mint.ts";
import { unlessGone } from "../minting/retire-stored.ts";
import type { Minted } from "../minting/store-minted.ts";
import { isLive } from "../op/object-state.ts";
import type { OpCli } from "../op/op-cli.ts";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import { explainingVaultRefusal } from "../vault/access/explain-refusal.ts";
import { withListedAccess } from "./listed-access.ts";
import { type PlannedToken, tokenMisfits } from "./plan-token.ts";
import type { TokenRequest } from "./token-request.ts";

/** How patient `ensureToken` is. */
export interface TokenPatience {
  /**
   * Time between two attempts, in milliseconds: `op` takes some seconds to know of a grant.
   * @default 6_000
   */
  readonly retryDelayMs?: number;
}

/** What a new token depends on. */
type AskedToken = Omit<PlannedToken, "secretId"> & Pick<TokenRequest, "serverVaults">;

/** A Connect token just created, with its claims. */
export interface MintedToken extends Minted {
  readonly claims: ConnectTokenClaims;
}

/**
 * Creates a Connect token and stores it. To be called under the lease.
 * @throws `TOKEN_MISMATCH`, `OP_…` and `STORE_…` codes.
 */
export async function mintToken(
  request: TokenRequest,
  { op, ...place }: MintingPlace & { readonly op: OpCli },
  patience: TokenPatience,
): Promise<{ readonly minted: MintedToken; readonly versionId: string }> {
  return mint(tokenMintable(request, op, request.rotates, patience), place);
}

/**
 * How Connect tokens are minted. Others of the name are nobody's business: a token that is not ours
 * may well be in use, and disturbs nobody.
 * @param known Id of a token that belongs to the environment.
 */
export function tokenMintable(
  request: AskedToken,
  op: OpCli,
  known: string | undefined,
  { retryDelayMs = 6_000 }: TokenPatience = {},
): Mintable<MintedToken> {
  const { name, serverId } = request;
  return {
    known: [known],
    refuseStrangers: () => undefined,

    async listNamesakes(isFresh) {
      const tokens = await (isFresh ? op.listTokens(serverId) : op.recentTokens(serverId));
      return tokens.filter((row) => row.name === name && isLive(row)).map(({ id }) => id);
    },

    async create(made) {
      const { token, claims } = await createFitting(request, op, retryDelayMs, made);
      return {
        id: claims.id,
        claims,
        value: token,
        tags: tokenTags(token, claims, request),
        label: `the Connect token ${claims.id}`,
        deleteCommand: `op connect token delete ${claims.id} --server ${serverId}`,
      };
    },

    delete: (id) => deleteInOnePassword({ id, serverId }, op),
  };
}

/** Deletes a Connect token; that it is gone already, or its server is, is no error. */
export async function deleteInOnePassword(
  { id, serverId }: { readonly id: string; readonly serverId: string },
  op: OpCli,
): Promise<void> {
  await unlessGone(
    () => op.deleteToken({ id, serverId }),
    async () => {
      const tokens = await op.listTokens(serverId);
      return tokens.find((token) => isSameOnePasswordId(token.id, id));
    },
  );
}

/** Tags that describe a token: nothing of its secret. */
export function tokenTags(
  token: string,
  claims: ConnectTokenClaims,
  { revision, name, serverId, vaults }: AskedToken,
): Record<string, string> {
  const { id: tokenId, accountId, issuedAt: mintedAt = new Date(), expiresAt } = claims;
  return encodeStoreTags({
    ...{ fingerprint: fingerprint(token), revision, name, serverId, tokenId, vaults, mintedAt },
    ...(accountId === undefined ? {} : { accountId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
}

/** How often a token is asked for before giving up. */
const attempts = 5;

/**
 * Right after a vault is granted to a server, `op` can leave it out of a new token without a word.
 * Such a token is deleted and asked for again.
 */
async function createFitting(
  request: AskedToken,
  op: OpCli,
  retryDelayMs: number,
  made: Set<string>,
) {
  const { name, serverId } = request;
  let misfits: readonly string[] = [];
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await setTimeout(retryDelayMs);
    const vaultIds = request.vaults.map(({ id }) => id);
    const token = await explainingVaultRefusal(vaultIds, op, () => createOrGrant(request, op));
    const decoded = decodeMinted(token, request);
    made.add(decoded.id);
    const claims = await withListedAccess(decoded, op);
    misfits = tokenMisfits(claims, request, new Date());
    if (misfits.length === 0) return { token, claims };
    await op.deleteToken({ id: claims.id, serverId });
    made.delete(decoded.id);
  }
  throw new ConnectError(
    "TOKEN_MISMATCH",
    `1Password was asked ${attempts} times for the Connect token "${name}", and each had another scope: ${misfits.join(" ")} They were deleted again.`,
    `Check that the Connect server ${serverId} is granted the vaults (\`op connect vault grant --server ${serverId} --vault <id>\`), then run again.`,
  );
}

/**
 * Nothing lists what a server is granted, so it is here that a vault taken from it by hand shows.
 * It is granted again where the server is said to have it.
 */
async function createOrGrant(request: AskedToken, op: OpCli): Promise<string> {
  const { name, serverId, vaults, serverVaults, expiresIn } = request;
  const create = () => op.createToken({ name, serverId, vaults, expiresIn });
  try {
    return await create();
  } catch (error) {
    if (serverVaults === undefined || !isMissingGrant(error)) throw error;
    for (const { id } of vaults) await op.grantVault({ serverId, vaultId: id });
    return create();
  }
}

function isMissingGrant(error: unknown): boolean {
  if (!isConnectError(error) || error.code !== "OP_VAULT_ACCESS") return false;
  return /Connect server (does not|doesn't) have access/i.test(error.happened);
}

function decodeMinted(token: string, { name, serverId }: AskedToken): ConnectTokenClaims {
  try {
    return decodeConnectToken(token);
  } catch (error) {
    if (!isConnectError(error)) throw error;
    throw new ConnectError(
      "OP_OUTPUT_UNEXPECTED",
      `\`op\` was to create the Connect token "${name}", and what it printed is none. ${error.happened}`,
      `Look for one of that name with \`op connect token list --server ${serverId}\`, delete it, then run again.`,
    );
  }
}
