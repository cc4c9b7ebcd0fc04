import { fingerprint, isSameOnePasswordId } from "@opconnect/core";
import { withLease } from "../lease/with-lease.ts";
import { withAdminCommand } from "../op/admin-command.ts";
import { isKnownRevoked } from "../op/object-state.ts";
import { claimStored } from "./claim.ts";
import { type MintingPlace, settleAnnouncement } from "./left-behind.ts";
import { describedBy, type Mintable, mint } from "./mint.ts";
import type { MintingPlan } from "./plan.ts";
import type { MintingRecord, MintingRequest, MintingSystems } from "./request.ts";
import { readState, type StoredState } from "./stored-state.ts";

/** A server or a token that shall be in the store, and how it gets there. */
export interface Wanted<T extends { readonly id: string }> extends Omit<Mintable<T>, "known"> {
  /** Id of the one that the caller has already: of that one nothing is claimed. */
  readonly own: string | undefined;
  /** Decides by what the store holds. */
  plan(state: StoredState): MintingPlan<T>;
  /** Brings into line what can be changed of one that is adopted. */
  align?(about: T): Promise<void>;
  /** Throws since the one that an admin asked to adopt was deleted. */
  refuseDeleted?(id: string): void;
}

/** What there is then, and how it is stored. */
export interface Ensured<T> extends MintingRecord {
  readonly about: T;
}

type Adoptable<T> = Extract<MintingPlan<T>, { readonly kind: "adopt" }>;

/**
 * Makes sure that a server or a token is in the store: what it holds is adopted where it fits and
 * 1Password does not call it deleted, and claimed; else one is minted, under the lease.
 */
export async function ensureMinted<T extends { readonly id: string }>(
  wanted: Wanted<T>,
  request: MintingRequest,
  systems: MintingSystems,
): Promise<Ensured<T>> {
  const { secretId } = request;
  const { store } = systems;
  const ensured = await adoptOrMint(wanted, request, systems);
  const isOwn = isSameOnePasswordId(ensured.about.id, wanted.own ?? "");
  if (!ensured.adopted || isOwn) return ensured;
  const claim = await claimStored(store, secretId);
  return claim === undefined ? ensured : { ...ensured, claim };
}

async function adoptOrMint<T extends { readonly id: string }>(
  wanted: Wanted<T>,
  request: MintingRequest,
  systems: MintingSystems,
): Promise<Ensured<T>> {
  const { secretId, adminCommand } = request;
  const { store, lease: options } = systems;
  const state = await readState(store, secretId);
  const plan = wanted.plan(state);
  const isSettled = plan.kind === "adopt" && plan.described && state.tags.minting === undefined;
  if (isSettled && !(await isRevoked(wanted, plan))) return adopt(wanted, plan, request, systems);
  // A runner that cannot mint is turned away before anything is written.
  if (plan.kind === "mint") await withAdminCommand(adminCommand, () => wanted.kind.list("recent"));
  return withLease(
    store,
    secretId,
    async (lease) => {
      // Planned again: another run may have been here meanwhile.
      const settled = await restoredPlan(wanted, request, systems);
      const place = { store, secretId, lease, state: settled.state };
      if (settled.plan.kind !== "adopt" || (await isRevoked(wanted, settled.plan))) {
        return mintAsPlanned(wanted, settled.plan, request, place);
      }
      const adopted = await adopt(wanted, settled.plan, request, systems);
      await settleAnnouncement({ ...wanted, known: adopted.about.id }, place);
      return adopted;
    },
    options,
  );
}

/** The plan, after a value that was displaced has been made current again. */
async function restoredPlan<T extends { readonly id: string }>(
  wanted: Wanted<T>,
  { secretId }: MintingRequest,
  { store }: MintingSystems,
): Promise<{ readonly state: StoredState; readonly plan: MintingPlan<T> }> {
  const state = await readState(store, secretId);
  const plan = wanted.plan(state);
  if (plan.kind !== "restore") return { state, plan };
  const isRestored = await store.restore(secretId, plan.versionId);
  if (!isRestored) return { state, plan: { kind: "mint", namesakes: "expected" } };
  const restored = await readState(store, secretId);
  return { state: restored, plan: wanted.plan(restored) };
}

async function isRevoked<T extends { readonly id: string }>(
  { kind }: Wanted<T>,
  { about }: Adoptable<T>,
): Promise<boolean> {
  return isKnownRevoked(about.id, () => kind.list("fresh"));
}

async function adopt<T extends { readonly id: string }>(
  wanted: Wanted<T>,
  { about, stored, described }: Adoptable<T>,
  { secretId }: MintingRequest,
  { store }: MintingSystems,
): Promise<Ensured<T>> {
  const { value } = stored;
  // Writing it gives it the version that its fingerprint names, by which it can be restored.
  const { versionId } = described
    ? stored
    : await store.write({ secretId, value, tags: describedBy(wanted, { about, value }) });
  await wanted.align?.(about);
  return { about, versionId, fingerprint: fingerprint(value), adopted: true };
}

async function mintAsPlanned<T extends { readonly id: string }>(
  wanted: Wanted<T>,
  plan: MintingPlan<T>,
  { rotation, adminCommand }: MintingRequest,
  place: MintingPlace,
): Promise<Ensured<T>> {
  if (plan.kind === "adopt" && !plan.described) wanted.refuseDeleted?.(plan.about.id);
  const isFirst = plan.kind === "mint" && plan.namesakes === "refused";
  const refuse = isFirst ? wanted.refuseNamesakes : undefined;
  const { about, value, versionId } = await withAdminCommand(adminCommand, () =>
    mint({ ...wanted, known: rotation?.of, refuseNamesakes: refuse }, place),
  );
  return { about, versionId, fingerprint: fingerprint(value), adopted: false };
}
