import { setTimeout } from "node:timers/promises";
import {
  ConnectError,
  type ConnectTokenClaims,
  decodeConnectToken,
  fingerprint,
  isConnectError,
  isSameOnePasswordId,
} from "@opconnect/core";
import { withAdminCommand } from "./admin-command.ts";
import { withListedAccess } from "./connect-token-access.ts";
import { type PlannedToken, planToken, tokenMisfits } from "./connect-token-plan.ts";
import { parseDurationSeconds } from "./duration.ts";
import { type MintingSystems, mintAnnounced, storeMinted } from "./minting.ts";
import type { OpCli } from "./op-cli.ts";
import { retireStored, unlessGone } from "./retirement.ts";
import { encodeStoreTags } from "./store-tags.ts";
import type { VaultGrant } from "./vault-grant.ts";

/** A Connect token that shall exist in the store. */
export interface TokenRequest {
  /** Name in 1Password, e.g. `"acme-prod-operator"`. */
  readonly name: string;
  /** Id of the Connect server that it is for. */
  readonly serverId: string;
  /** Vaults it shall cover, and no others. */
  readonly vaults: readonly VaultGrant[];
  /** ARN of the secret that takes the token. */
  readonly secretId: string;
  /** 1, and one more for each new token that shall replace the last. */
  readonly revision: number;
  /**
   * Life time as `op` takes it, e.g. `"90d"`.
   * @default - it never expires
   */
  readonly expiresIn?: string | undefined;
  /** What somebody who can mint has to run, e.g. `"pulumi up --stack acme-prod"`. */
  readonly adminCommand: string;
}

/** A Connect token that exists in the store. */
export interface TokenRecord {
  /** Id of the token, its claim `jti`. */
  readonly tokenId: string;
  /** Version of the secret that holds the token. */
  readonly versionId: string;
  /** SHA-256 of the token, hex. */
  readonly fingerprint: string;
  /** None if it never expires. */
  readonly expiresAt?: Date;
  /** Whether it was in the store already. */
  readonly adopted: boolean;
}

/** How patient `ensureToken` is. */
export interface TokenPatience {
  /**
   * Time between two attempts, in milliseconds: `op` takes some seconds to know of a grant.
   * @default 6_000
   */
  readonly retryDelayMs?: number;
}

/**
 * Makes sure that there is a Connect token in the store. One that the store holds is adopted if its
 * claims fit; `op` is needed only otherwise. A new token is stored only if it is what was asked for.
 * @throws `TOKEN_MISMATCH` if 1Password keeps handing out tokens with another scope, or somebody
 * stored another token; `TOKEN_MALFORMED`, `ARGUMENT_INVALID`, `STORE_…` and `OP_…` codes. Nothing
 * is left behind in 1Password.
 */
export async function ensureToken(
  request: TokenRequest,
  systems: MintingSystems,
  patience: TokenPatience = {},
): Promise<TokenRecord> {
  const { secretId, adminCommand, expiresIn } = request;
  if (expiresIn !== undefined) parseDurationSeconds(expiresIn);
  const plan = planToken(await systems.store.read(secretId), request, new Date());
  if (plan.kind === "mint") {
    return withAdminCommand(adminCommand, () => mintToken(request, systems, patience));
  }
  const { claims, stored } = plan;
  if (!plan.isTagged) await systems.store.tag(secretId, tagsOf(stored.value, claims, request));
  return record(stored.value, claims, stored.versionId, true);
}

async function mintToken(
  request: TokenRequest,
  { op, store }: MintingSystems,
  { retryDelayMs = 6_000 }: TokenPatience,
): Promise<TokenRecord> {
  const { secretId, serverId } = request;
  const { token, claims } = await mintAnnounced(store, secretId, () =>
    createFittingToken(request, op, retryDelayMs),
  );
  const { versionId } = await storeMinted(
    store,
    { secretId, value: token, tags: tagsOf(token, claims, request) },
    {
      label: `the Connect token ${claims.id}`,
      deleteCommand: deleteCommand(claims.id, serverId),
      delete: () => op.deleteToken({ id: claims.id, serverId }),
    },
  );
  return record(token, claims, versionId, false);
}

/** How often a token is asked for before giving up. */
const attempts = 5;

/**
 * Right after a vault is granted to a server, `op` can leave it out of a new token without a word.
 * Such a token is deleted and asked for again.
 */
async function createFittingToken(request: TokenRequest, op: OpCli, retryDelayMs: number) {
  const { name, serverId, vaults, expiresIn } = request;
  let misfits: readonly string[] = [];
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await setTimeout(retryDelayMs);
    const token = await op.createToken({ name, serverId, vaults, expiresIn });
    const claims = await withListedAccess(decodeMinted(token, request), op);
    misfits = tokenMisfits(claims, request, new Date());
    if (misfits.length === 0) return { token, claims };
    await op.deleteToken({ id: claims.id, serverId });
  }
  throw new ConnectError(
    "TOKEN_MISMATCH",
    `1Password was asked ${attempts} times for the Connect token "${name}", and each had another scope: ${misfits.join(" ")} They were deleted again.`,
    `Check that the Connect server ${serverId} is granted the vaults (\`op connect vault grant --server ${serverId} --vault <id>\`), then run again.`,
  );
}

function decodeMinted(token: string, { name, serverId }: TokenRequest): ConnectTokenClaims {
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

function tagsOf(token: string, claims: ConnectTokenClaims, request: PlannedToken) {
  const { revision, name, serverId, vaults } = request;
  const { id: tokenId, expiresAt } = claims;
  const described = { fingerprint: fingerprint(token), revision, name, serverId, tokenId, vaults };
  return encodeStoreTags(expiresAt === undefined ? described : { ...described, expiresAt });
}

function record(token: string, claims: ConnectTokenClaims, versionId: string, adopted: boolean) {
  const { id: tokenId, expiresAt } = claims;
  const found = { tokenId, versionId, fingerprint: fingerprint(token), adopted };
  return expiresAt === undefined ? found : { ...found, expiresAt };
}

function deleteCommand(tokenId: string, serverId: string): string {
  return `op connect token delete ${tokenId} --server ${serverId}`;
}

/** A Connect token that shall be revoked. */
export interface TokenDeletion {
  readonly tokenId: string;
  readonly serverId: string;
  /** ARN of the secret that keeps it. */
  readonly secretId: string;
  /** What somebody who can mint has to run, e.g. `"pulumi destroy --stack acme-prod"`. */
  readonly adminCommand: string;
}

/**
 * Revokes a Connect token and marks the stored one as retired. One that is gone already, or whose
 * server is, is no error.
 * @throws `STORE_…` and `OP_…` codes.
 */
export async function deleteToken(
  deletion: TokenDeletion,
  { op, store }: MintingSystems,
): Promise<void> {
  const { tokenId, serverId, secretId, adminCommand } = deletion;
  await withAdminCommand(adminCommand, () =>
    unlessGone(
      () => op.deleteToken({ id: tokenId, serverId }),
      async () => {
        const tokens = await op.listTokens(serverId);
        return tokens.find(({ id }) => isSameOnePasswordId(id, tokenId));
      },
    ),
  );
  await retireStored(store, secretId, (tags) => isSameOnePasswordId(tags.tokenId ?? "", tokenId));
}
