import {
  ConnectError,
  type ConnectTokenClaims,
  decodeConnectToken,
  isConnectError,
} from "@opconnect/core";
import type { Minted } from "../minting/store-minted.ts";
import type { OpCli } from "../op/op-cli.ts";
import { isRefused, unlessRefused } from "../op/refusal.ts";
import { patiently } from "../process/patient.ts";
import { explainingVaultRefusal } from "../vault/access/explain-refusal.ts";
import { withListedAccess } from "./listed-access.ts";
import { tokenMisfits } from "./misfits.ts";
import type { TokenRequest } from "./request.ts";

/** How patient `ensureToken` is. */
export interface TokenPatience {
  /**
   * Time between two attempts, in milliseconds: `op` takes some seconds to know of a grant.
   * @default 6_000
   */
  readonly retryDelayMs?: number;
}

const attempts = 5;

/**
 * Creates a Connect token. Right after a vault is granted to a server, `op` can leave it out of a
 * new token without a word: such a token is deleted and asked for again.
 * @param made Takes the id of what was created and not deleted again.
 * @throws `TOKEN_MISMATCH`, other `OP_…` codes.
 */
export async function createToken(
  request: TokenRequest,
  op: OpCli,
  { retryDelayMs = 6_000 }: TokenPatience,
  made: Set<string>,
): Promise<Minted<ConnectTokenClaims>> {
  const { name, serverId } = request;
  let misfits: readonly string[] = [];
  const pause = patiently(
    `Waiting to ask again for the Connect token "${name}": 1Password left a vault out that was just granted …`,
  );
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await pause(retryDelayMs);
    const vaultIds = request.vaults.map(({ id }) => id);
    const value = await explainingVaultRefusal(vaultIds, op, () => createOrGrant(request, op));
    const decoded = decodeMinted(value, request);
    made.add(decoded.id);
    const about = await withListedAccess(decoded, op);
    misfits = tokenMisfits(about, request, new Date());
    if (misfits.length === 0) return { about, value };
    await op.deleteToken({ id: about.id, serverId });
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
 * Whatever `op` says, it is granted again where the server is said to have it, unless the token was
 * made all the same.
 */
async function createOrGrant(request: TokenRequest, op: OpCli): Promise<string> {
  const { name, serverId, vaults, serverVaults, expiresIn } = request;
  const create = () => op.createToken({ name, serverId, vaults, expiresIn });
  const before = (await op.recentTokens(serverId)).map(({ id }) => id);
  try {
    return await create();
  } catch (error) {
    if (serverVaults === undefined || !isRefused(error)) throw error;
    const made = await op.listTokens(serverId);
    if (made.some((token) => token.name === name && !before.includes(token.id))) throw error;
    for (const { id } of vaults)
      await unlessRefused(() => op.grantVault({ serverId, vaultId: id }));
    return create();
  }
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
