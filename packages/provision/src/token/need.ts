import type { MintingNeed, NeedSystems } from "../minting/need.ts";
import { readState } from "../minting/stored-state.ts";
import { isKnownRevoked } from "../op/object-state.ts";
import { tokenKind } from "./kind.ts";
import { planToken } from "./plan.ts";
import { checkTokenRequest, type TokenRequest } from "./request.ts";

/**
 * Finds out what a person has to do for a Connect token, by what the store and 1Password have, and
 * changes nothing.
 * @throws what {@link planToken} throws.
 */
export async function tokenNeed(
  request: TokenRequest,
  { op, store }: NeedSystems,
): Promise<MintingNeed> {
  checkTokenRequest(request);
  const state = await readState(store, request.secretId);
  const plan = planToken(state, request, new Date());
  if (plan.kind === "restore") return { action: "none", id: state.tags.tokenId };
  if (plan.kind === "mint") return { action: state.kind === "empty" ? "create" : "replace" };
  if (await isKnownRevoked(plan.about.id, () => tokenKind(op, request.serverId).list("fresh"))) {
    return { action: "replace" };
  }
  const { minting, superseded, leaving } = state.tags;
  const isOpen = minting !== undefined && superseded === undefined;
  return { id: plan.about.id, action: isOpen || leaving !== undefined ? "clear up" : "none" };
}
