import type { VaultGrant } from "@opconnect/core";
import { ConnectError, fingerprint } from "@opconnect/core";
import { type Lease, withLease } from "../lease/lease.ts";
import { type MintingSystems, settleAnnouncement } from "../minting/mint.ts";
import { readState } from "../minting/stored-state.ts";
import { withAdminCommand } from "../op/admin-command.ts";
import { isKnownRevoked } from "../op/object-state.ts";
import type { StoredCredential } from "../store/contract/credential-store.ts";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import { mintServer, serverMintable } from "./mint-server.ts";
import { planServer, type ServerPlan } from "./plan-server.ts";
import { checkServerRequest, type ServerRecord, type ServerRequest } from "./server-request.ts";
import { updateServerGrants } from "./update-grants.ts";

/**
 * Makes sure that there is a Connect server with its credentials file in the store. What the store
 * holds is adopted where it fits and 1Password does not call it deleted, and its grants brought into
 * line; `op` is needed only otherwise. Runs at the same time, on whatever machine, make one server,
 * and a run that was killed is completed by the next.
 * @throws `OP_NAME_TAKEN` if 1Password has a server of this name that the store does not know,
 * `CREDENTIALS_FILE_INVALID`, `STORE_BUSY`, other `STORE_…` codes and `OP_…` codes. Nothing is left
 * behind in 1Password.
 */
export async function ensureServer(
  request: ServerRequest,
  systems: MintingSystems,
): Promise<ServerRecord> {
  checkServerRequest(request);
  const { secretId, adminCommand } = request;
  const { op, store, lease: options } = systems;
  const state = await readState(store, secretId);
  const plan = planServer(state, request);
  const isSettled = plan.kind === "adopt" && state.tags.minting === undefined;
  if (isSettled && !(await isRevokedServer(plan.serverId, systems))) {
    return adoptServer(request, plan, systems);
  }
  // Whoever cannot mint is turned away before anything is written.
  if (plan.kind === "mint") await withAdminCommand(adminCommand, () => op.recentServers());
  return withLease(store, secretId, (lease) => settleServer(request, systems, lease), options);
}

/** Plans again under the lease, and carries it out: another run may have been here meanwhile. */
async function settleServer(
  request: ServerRequest,
  systems: MintingSystems,
  lease: Lease,
): Promise<ServerRecord> {
  const { secretId, adminCommand } = request;
  const { op, store } = systems;
  const { state, plan } = await restoredPlan(request, systems);
  if (plan.kind === "adopt" || plan.kind === "take-over") {
    const isRevoked = await isRevokedServer(plan.serverId, systems);
    if (!isRevoked) {
      const mintable = serverMintable(request, op, plan.serverId);
      await settleAnnouncement(mintable, { store, secretId, lease, state });
      return plan.kind === "adopt"
        ? adoptServer(request, plan, systems)
        : takeOverServer(request, plan, systems);
    }
    if (plan.kind === "take-over") throw deletedServer(plan.serverId);
  }
  const replaces = plan.kind === "mint" ? plan.replaces : true;
  return withAdminCommand(adminCommand, () =>
    mintServer({ request, replaces }, { op, store, secretId, lease, state }),
  );
}

/** The plan, after a value that was displaced has been made current again. */
async function restoredPlan(request: ServerRequest, { store }: MintingSystems) {
  const { secretId } = request;
  const state = await readState(store, secretId);
  const plan = planServer(state, request);
  if (plan.kind !== "restore") return { state, plan };
  const isRestored = await store.restore(secretId, plan.versionId);
  if (!isRestored) return { state, plan: lost };
  const restored = await readState(store, secretId);
  return { state: restored, plan: planServer(restored, request) };
}

const lost: ServerPlan = { kind: "mint", replaces: true };

async function isRevokedServer(serverId: string, { op }: MintingSystems): Promise<boolean> {
  return isKnownRevoked(serverId, () => op.listServers());
}

async function adoptServer(
  { secretId, vaults, adminCommand }: ServerRequest,
  plan: {
    readonly serverId: string;
    readonly stored: StoredCredential;
    readonly vaults: readonly VaultGrant[];
  },
  systems: MintingSystems,
): Promise<ServerRecord> {
  const { serverId, vaults: previous, stored } = plan;
  await updateServerGrants({ serverId, secretId, vaults, previous, adminCommand }, systems);
  const { value, versionId } = stored;
  return { serverId, versionId, fingerprint: fingerprint(value), adopted: true };
}

/**
 * Describes a file that somebody else stored. Nothing lists what its server is granted, so all
 * vaults are granted to it, which changes nothing where it has them.
 */
async function takeOverServer(
  request: ServerRequest,
  { serverId, stored: { value } }: { readonly serverId: string; readonly stored: StoredCredential },
  systems: MintingSystems,
): Promise<ServerRecord> {
  const { name, vaults, secretId, revision, adminCommand } = request;
  const described = { fingerprint: fingerprint(value), revision, name, serverId };
  // Writing it gives it the version that its fingerprint names, by which it can be restored.
  const tags = encodeStoreTags({ ...described, vaults: [] });
  const { versionId } = await systems.store.write({ secretId, value, tags });
  const update = { serverId, secretId, vaults, previous: [], adminCommand };
  await updateServerGrants(update, systems);
  return { serverId, versionId, fingerprint: described.fingerprint, adopted: true };
}

function deletedServer(serverId: string): ConnectError {
  return new ConnectError(
    "OP_NOT_FOUND",
    `The Connect server ${serverId} is to be taken over, and it was deleted in 1Password.`,
    "Pass the id of the server that the stored credentials file belongs to as `adopts`, or leave it out to have a new one created.",
  );
}
