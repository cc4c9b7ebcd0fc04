import { ConnectError, encodeTagName, planGrants } from "@opconnect/core";
import { isBeingDeleted, isKnownGone } from "../minting/deletion/being-deleted.ts";
import type { MintingNeed, NeedSystems } from "../minting/need.ts";
import { isRotated } from "../minting/plan.ts";
import { readState, type StoredState } from "../minting/stored-state.ts";
import { serverKind } from "./kind.ts";
import { planServer } from "./plan.ts";
import type { ServerRequest } from "./request.ts";

/**
 * Finds out what a person has to do for a Connect server, by what the store and 1Password have, and
 * changes nothing.
 * @throws `MINTING_UNDECIDED` if a vault would be taken from a server that a cluster may use, and
 * what {@link planServer} throws.
 */
export async function serverNeed(
  request: ServerRequest,
  { op, store }: NeedSystems,
): Promise<MintingNeed> {
  const state = await readState(store, request.secretId);
  if (isRenamed(state, request)) return { action: "rename", id: state.tags.serverId };
  const plan = planServer(state, request);
  if (plan.kind === "restore") return { action: "none", id: state.tags.serverId };
  if (plan.kind === "mint") {
    return { action: state.kind === "empty" ? "create" : "replace" };
  }
  const { about, described } = plan;
  const { id } = about;
  if (await isKnownGone(id, state.tags, serverKind(op))) return { action: "replace" };
  const { granted, revoked } = planGrants(about.vaults, request.vaults);
  if (described) refuseRevocation(request, revoked);
  if (granted.length > 0 || state.tags.granting !== undefined) {
    return { action: "grant", id, granted };
  }
  const isMinting = state.tags.minting !== undefined && state.tags.superseded === undefined;
  const isOpen = isMinting || isBeingDeleted(state.tags);
  return { action: isOpen || state.tags.leaving !== undefined ? "clear up" : "none", id };
}

/** Whether the server that is there only wants another name. */
function isRenamed({ kind, tags }: StoredState, request: ServerRequest): boolean {
  const isThere = kind === "ours" || kind === "displaced";
  const isCurrent = (tags.revision ?? 1) === request.revision;
  const isNamed = tags.name === encodeTagName(request.name);
  return isThere && isCurrent && !isNamed && !isRotated(tags.serverId, request.rotation);
}

/** Who revokes a vault has to know that nothing in the cluster still reads it. */
function refuseRevocation(
  { name, adminCommand }: ServerRequest,
  revoked: readonly { readonly key: string; readonly id: string }[],
): void {
  if (revoked.length === 0) return;
  const vaults = revoked.map(({ key, id }) => `"${key}" (${id})`).join(", ");
  throw new ConnectError(
    "MINTING_UNDECIDED",
    `The program takes the vault ${vaults} from the Connect server "${name}", and without the cluster nobody can tell whether something there still reads it.`,
    `Somebody who may create Connect servers and reaches the cluster runs \`${adminCommand}\`.`,
  );
}
