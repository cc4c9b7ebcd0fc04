import { isBeingDeleted, isKnownGone } from "../minting/deletion/being-deleted.ts";
import type { MintingNeed, NeedSystems } from "../minting/need.ts";
import { readState } from "../minting/stored-state.ts";
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
  const { id } = plan.about;
  if (await isKnownGone(id, state.tags, tokenKind(op, request.serverId))) {
    return { action: "replace" };
  }
  const { minting, superseded, leaving } = state.tags;
  const isMinting = minting !== undefined && superseded === undefined;
  const isOpen = isMinting || isBeingDeleted(state.tags);
  return { id, action: isOpen || leaving !== undefined ? "clear up" : "none" };
}
