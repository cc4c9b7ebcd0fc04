import { type ConnectTokenClaims, defined } from "@opconnect/core";
import { ensureMinted, type Wanted } from "../minting/ensure.ts";
import type { MintingSystems } from "../minting/request.ts";
import type { StoreTags } from "../store/contract/value-tags.ts";
import { createToken, type TokenPatience } from "./create.ts";
import { tokenKind } from "./kind.ts";
import { planToken } from "./plan.ts";
import { checkTokenRequest, type TokenRecord, type TokenRequest } from "./request.ts";

/**
 * Makes sure that there is a Connect token in the store. One that the store holds is adopted and
 * claimed if its claims fit and 1Password does not call it revoked; `op` is needed only otherwise. A
 * new token is stored only if it is what was asked for. Runs at the same time, on whatever machine,
 * make one token, and a run that was killed is completed by the next.
 * @throws `TOKEN_MISMATCH` if 1Password keeps handing out tokens with another scope, or a person
 * stored another token; `TOKEN_MALFORMED`, `TOKEN_EXPIRY_INVALID`, `TOKEN_SCOPE_INVALID`,
 * `VAULT_ID_INVALID`, `ARGUMENT_INVALID`, `STORE_BUSY`, other `STORE_…` codes and `OP_…` codes.
 * Nothing is left behind in 1Password.
 */
export async function ensureToken(
  request: TokenRequest,
  systems: MintingSystems,
  patience: TokenPatience = {},
): Promise<TokenRecord> {
  checkTokenRequest(request);
  const wanted: Wanted<ConnectTokenClaims> = {
    kind: tokenKind(systems.op, request.serverId),
    request,
    own: request.tokenId,
    plan: (state) => planToken(state, request, new Date()),
    create: (made) => createToken(request, systems.op, patience, made),
    describe: (claims) => tagsOf(claims, request),
  };
  const { about, ...record } = await ensureMinted(wanted, systems);
  const { id: tokenId, expiresAt } = about;
  return { tokenId, ...record, ...defined({ expiresAt }) };
}

function tagsOf(
  { id: tokenId, accountId, issuedAt: mintedAt = new Date(), expiresAt }: ConnectTokenClaims,
  { revision, name, serverId, vaults }: TokenRequest,
): Partial<StoreTags> {
  const known = { revision, name, serverId, tokenId, vaults, mintedAt };
  return { ...known, ...defined({ accountId, expiresAt }) };
}
