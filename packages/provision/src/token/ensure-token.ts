import { type ConnectTokenClaims, fingerprint } from "@opconnect/core";
import { type Lease, withLease } from "../lease/lease.ts";
import { type MintingSystems, settleAnnouncement } from "../minting/mint.ts";
import { readState, type StoredState } from "../minting/stored-state.ts";
import { withAdminCommand } from "../op/admin-command.ts";
import { isKnownRevoked } from "../op/object-state.ts";
import { mintToken, type TokenPatience, tokenMintable, tokenTags } from "./mint-token.ts";
import { planToken, type TokenPlan } from "./plan-token.ts";
import { checkTokenRequest, type TokenRecord, type TokenRequest } from "./token-request.ts";

/**
 * Makes sure that there is a Connect token in the store. One that the store holds is adopted if its
 * claims fit and 1Password does not call it revoked; `op` is needed only otherwise. A new token is
 * stored only if it is what was asked for. Runs at the same time, on whatever machine, make one
 * token, and a run that was killed is completed by the next.
 * @throws `TOKEN_MISMATCH` if 1Password keeps handing out tokens with another scope, or somebody
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
  const { secretId, serverId, adminCommand } = request;
  const { op, store, lease: options } = systems;
  const state = await readState(store, secretId);
  const plan = planToken(state, request, new Date());
  if (plan.kind === "adopt" && state.tags.minting === undefined) {
    if (!(await isRevokedToken(plan, request, systems))) return adoptToken(request, plan, systems);
  }
  // Whoever cannot mint is turned away before anything is written.
  if (plan.kind === "mint") {
    await withAdminCommand(adminCommand, () => op.recentTokens(serverId));
  }
  const work = (lease: Lease) => settleToken(request, systems, patience, lease);
  return withLease(store, secretId, work, options);
}

/** Plans again under the lease, and carries it out: another run may have been here meanwhile. */
async function settleToken(
  request: TokenRequest,
  systems: MintingSystems,
  patience: TokenPatience,
  lease: Lease,
): Promise<TokenRecord> {
  const { secretId, adminCommand } = request;
  const { op, store } = systems;
  const { state, plan } = await restoredPlan(request, systems);
  if (plan.kind === "adopt" && !(await isRevokedToken(plan, request, systems))) {
    const record = await adoptToken(request, plan, systems);
    const mintable = tokenMintable(request, op, plan.claims.id);
    await settleAnnouncement(mintable, { store, secretId, lease, state });
    return record;
  }
  const { minted, versionId } = await withAdminCommand(adminCommand, () =>
    mintToken(request, { op, store, secretId, lease, state }, patience),
  );
  return recordOf(minted.value, minted.claims, { versionId, adopted: false });
}

/** The plan, after a value that was displaced has been made current again. */
async function restoredPlan(
  request: TokenRequest,
  { store }: MintingSystems,
): Promise<{ readonly state: StoredState; readonly plan: TokenPlan }> {
  const { secretId } = request;
  const state = await readState(store, secretId);
  const plan = planToken(state, request, new Date());
  if (plan.kind !== "restore") return { state, plan };
  const isRestored = await store.restore(secretId, plan.versionId);
  if (!isRestored) return { state, plan: { kind: "mint" } };
  const restored = await readState(store, secretId);
  return { state: restored, plan: planToken(restored, request, new Date()) };
}

/** A token that the store holds and that fits. */
type Fitting = Extract<TokenPlan, { readonly kind: "adopt" }>;

async function isRevokedToken(
  { claims }: Fitting,
  { serverId }: TokenRequest,
  { op }: MintingSystems,
): Promise<boolean> {
  return isKnownRevoked(claims.id, () => op.listTokens(serverId));
}

async function adoptToken(
  request: TokenRequest,
  { claims, stored, isTagged }: Fitting,
  { store }: MintingSystems,
): Promise<TokenRecord> {
  const { value, versionId } = stored;
  if (isTagged) return recordOf(value, claims, { versionId, adopted: true });
  // Writing it gives it the version that its fingerprint names, by which it can be restored.
  const tags = tokenTags(value, claims, request);
  const written = await store.write({ secretId: request.secretId, value, tags });
  return recordOf(value, claims, { versionId: written.versionId, adopted: true });
}

function recordOf(
  token: string,
  { id: tokenId, expiresAt }: ConnectTokenClaims,
  stored: { readonly versionId: string; readonly adopted: boolean },
): TokenRecord {
  const found = { tokenId, fingerprint: fingerprint(token), ...stored };
  return expiresAt === undefined ? found : { ...found, expiresAt };
}
