import type { MintingSystems } from "../minting/request.ts";
import { ensureToken } from "./ensure.ts";
import type { TokenRecord, TokenRequest } from "./request.ts";

/**
 * Does a person's part for a Connect token, without a cluster and without a state: what the store
 * holds stays with those that have it, and one whose place a new one takes stays valid.
 * @throws what {@link ensureToken} throws.
 */
export async function mintToken(
  request: TokenRequest,
  systems: MintingSystems,
): Promise<TokenRecord> {
  return ensureToken({ ...request, isStateless: true }, systems);
}
