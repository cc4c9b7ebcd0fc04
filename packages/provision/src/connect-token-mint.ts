import { setTimeout } from "node:timers/promises";
import {
  ConnectError,
  type ConnectTokenClaims,
  decodeConnectToken,
  fingerprint,
  isConnectError,
  isSameOnePasswordId,
} from "@opconnect/core";
import { withListedAccess } from "./connect-token-access.ts";
import { forgetTokens, freshTokens, recentTokens } from "./connect-token-listing.ts";
import { type PlannedToken, tokenMisfits } from "./connect-token-plan.ts";
import type { TokenRequest } from "./connect-token-request.ts";
import type { Minted } from "./minted-storing.ts";
import { type Mintable, type MintingPlace, mint } from "./minting.ts";
import type { OpCli } from "./op-cli.ts";
import { isLive } from "./op-state.ts";
import { unlessGone } from "./retirement.ts";
import { encodeStoreTags } from "./store-tags.ts";
import { explainingVaultRefusal } from "./vault-refusal.ts";

/** How patient `ensureToken` is. */
export interface TokenPatience {
  /**
   * Time between two attempts, in milliseconds: `op` takes some seconds to know of a grant.
   * @default 6_000
   */
  readonly retryDelayMs?: number;
}

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
  request: Omit<PlannedToken, "secretId">,
  op: OpCli,
  known: string | undefined,
  { retryDelayMs = 6_000 }: TokenPatience = {},
): Mintable<MintedToken> {
  const { name, serverId } = request;
  return {
    known: [known],
    refuseStrangers: () => undefined,

    async listNamesakes(isFresh) {
      const tokens = await (isFresh ? freshTokens(op, serverId) : recentTokens(op, serverId));
      return tokens.filter((row) => row.name === name && isLive(row)).map(({ id }) => id);
    },

    async create(made) {
      forgetTokens(op);
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
  forgetTokens(op);
  await unlessGone(
    () => op.deleteToken({ id, serverId }),
    async () => {
      const tokens = await freshTokens(op, serverId);
      return tokens.find((token) => isSameOnePasswordId(token.id, id));
    },
  );
  forgetTokens(op);
}

/** Tags that describe a token: nothing of its secret. */
export function tokenTags(
  token: string,
  claims: ConnectTokenClaims,
  { revision, name, serverId, vaults }: Omit<PlannedToken, "secretId">,
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
  request: Omit<PlannedToken, "secretId">,
  op: OpCli,
  retryDelayMs: number,
  made: Set<string>,
) {
  const { name, serverId, vaults, expiresIn } = request;
  let misfits: readonly string[] = [];
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await setTimeout(retryDelayMs);
    const vaultIds = vaults.map(({ id }) => id);
    const token = await explainingVaultRefusal(vaultIds, op, () =>
      op.createToken({ name, serverId, vaults, expiresIn }),
    );
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

function decodeMinted(
  token: string,
  { name, serverId }: Omit<PlannedToken, "secretId">,
): ConnectTokenClaims {
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
