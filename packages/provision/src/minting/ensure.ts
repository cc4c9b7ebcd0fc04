import { randomUUID } from "node:crypto";
import {
  defined,
  fingerprint,
  type Hold,
  isSameOnePasswordId,
  noClaim,
  sharedHolderTags,
  soleHolderTags,
  unlessCode,
} from "@opconnect/core";
import type { Lease } from "../lease/held.ts";
import { withLease } from "../lease/with-lease.ts";
import { withAdminCommand } from "../op/admin-command.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { decodeStoreTags } from "../store/contract/value-tags.ts";
import { isBeingDeleted, isKnownGone, withoutDeletion } from "./deletion/being-deleted.ts";
import type { Identified, MintedKind } from "./kind.ts";
import { settleAnnouncement } from "./left-behind.ts";
import { describedBy, type Mintable, mint } from "./mint.ts";
import { noteMinted } from "./minted-here.ts";
import { isReplaced, type MintingPlan } from "./plan.ts";
import type { MintingRecord, MintingRequest, MintingSystems } from "./request.ts";
import { readState, type StateReading, type StoredState } from "./stored-state.ts";

/** A server or a token that shall be in the store, and how it gets there. */
export interface Wanted<T extends Identified> extends Mintable<T> {
  readonly kind: MintedKind;
  readonly request: MintingRequest;
  /** Id of the one that the caller has already: of that one nothing is claimed. */
  readonly own: string | undefined;
  /** Decides by what the store holds. */
  plan(state: StoredState): MintingPlan<T>;
  /**
   * Brings into line what can be changed of one that is adopted.
   * @param held The lease, where it is held.
   */
  align?(about: T, held?: Lease): Promise<void>;
  /** Throws since the one that an admin asked to adopt was deleted. */
  refuseDeleted?(id: string): void;
}

type Ensured<T> = MintingRecord & { readonly about: T };

/** With the note that it leaves in the store. */
type Claiming<T extends Identified> = Wanted<T> & { readonly claim: string };

/** What was seen without the lease, and whether it must be as it was. */
interface Seen {
  readonly seen: StoredState;
  readonly isStill: boolean;
}

type Adoptable<T> = Extract<MintingPlan<T>, { readonly kind: "adopt" }>;

/**
 * Makes sure that a server or a token is in the store: what it holds is adopted where it fits and
 * 1Password does not call it deleted; else one is minted, under the lease. Who has it then is noted
 * in its tags, unless that one had it before.
 */
export async function ensureMinted<T extends Identified>(
  wanted: Wanted<T>,
  systems: MintingSystems,
): Promise<Ensured<T>> {
  const claim = wanted.request.isStateless ? noClaim : randomUUID();
  const ensured = await adoptOrMint({ ...wanted, claim }, systems);
  const { adopted, about } = ensured;
  noteMinted(systems.store, wanted.request.secretId, adopted ? undefined : about.id);
  return ensured;
}

async function adoptOrMint<T extends Identified>(
  wanted: Claiming<T>,
  { op, store, lease: options }: MintingSystems,
): Promise<Ensured<T>> {
  const { secretId, adminCommand } = wanted.request;
  const state = await readWanted(wanted, store, { mayBeRecent: true });
  const plan = wanted.plan(state);
  const isSettled =
    plan.kind === "adopt" &&
    plan.described &&
    !isBeingDeleted(state.tags) &&
    (state.tags.minting === undefined || (await isWithoutOp(wanted)));
  if (isSettled && !(await isGone(plan, wanted))) return adopt(plan, wanted, store);
  // A runner that cannot mint is turned away before anything is written.
  if (plan.kind === "mint") await withAdminCommand(adminCommand, () => wanted.kind.list("recent"));
  const isUntouched = state.kind === "empty" && state.isUntouched === true;
  // Whoever changes a secret takes its lease first: an untouched one is as it was seen.
  const work = (lease: Lease, isFirst: boolean) =>
    adoptOrMintAlone(wanted, store, lease, { seen: state, isStill: isUntouched && isFirst });
  return withLease({ op, store }, secretId, work, { ...options, isUntouched });
}

/** What was left behind cannot be cleared up from here. */
async function isWithoutOp<T extends Identified>({ kind }: Wanted<T>): Promise<boolean> {
  return (await unlessCode(["OP_NOT_INSTALLED"], () => kind.list("recent"))) === undefined;
}

async function adoptOrMintAlone<T extends Identified>(
  wanted: Claiming<T>,
  store: CredentialStore,
  lease: Lease,
  before: Seen,
): Promise<Ensured<T>> {
  const { kind, refuseNamesakes } = wanted;
  const { name, secretId, rotation, replaces, holder, adminCommand, requireUnused } =
    wanted.request;
  // Planned again: another run may have been here meanwhile.
  const { state, plan } = await restoredPlan(wanted, store, before);
  const place = { kind, name, store, secretId, lease, state, requireUnused };
  if (plan.kind === "adopt" && !(await isGone(plan, wanted))) {
    const adopted = await adopt(plan, wanted, store, lease);
    if (isBeingDeleted(state.tags)) await store.tag(secretId, withoutDeletion);
    await settleAnnouncement({ ...place, known: adopted.about.id });
    return adopted;
  }
  if (plan.kind === "adopt" && !plan.described) wanted.refuseDeleted?.(plan.about.id);
  const isFirst = plan.kind === "mint" && plan.namesakes === "refused";
  const mintable = { ...wanted, refuseNamesakes: isFirst ? refuseNamesakes : undefined };
  const claim = holder === undefined ? undefined : wanted.claim;
  const hold = { holder, claim };
  const { value, ...minted } = await withAdminCommand(adminCommand, () =>
    mint(mintable, { ...place, known: replaces ?? rotation?.of, replaces, hold }),
  );
  return { ...minted, fingerprint: fingerprint(value), adopted: false, ...defined({ claim }) };
}

/** The plan, after a value that was displaced has been made current again. */
async function restoredPlan<T extends Identified>(
  wanted: Wanted<T>,
  store: CredentialStore,
  { seen, isStill }: Seen,
): Promise<{ readonly state: StoredState; readonly plan: MintingPlan<T> }> {
  const { secretId } = wanted.request;
  const state = isStill ? seen : await readWanted(wanted, store, { before: seen });
  const plan = wanted.plan(state);
  if (plan.kind !== "restore") return { state, plan };
  const isRestored = await store.restore(secretId, plan.versionId);
  if (!isRestored) return { state, plan: { kind: "mint", namesakes: "expected" } };
  const restored = await readState(store, secretId);
  return { state: restored, plan: wanted.plan(restored) };
}

function readWanted<T extends Identified>(
  { kind, request }: Wanted<T>,
  store: CredentialStore,
  reading: Pick<StateReading, "before" | "mayBeRecent">,
): Promise<StoredState> {
  return readState(store, request.secretId, {
    ...reading,
    isReplaced: (tags) => isReplaced(kind.idOf(tags), tags, request),
  });
}

async function isGone<T extends Identified>(
  { about, stored }: Adoptable<T>,
  { kind, request }: Wanted<T>,
): Promise<boolean> {
  const tags = decodeStoreTags(stored.tags);
  return withAdminCommand(request.adminCommand, () => isKnownGone(about.id, tags, kind));
}

async function adopt<T extends Identified>(
  { about, stored, described }: Adoptable<T>,
  wanted: Claiming<T>,
  store: CredentialStore,
  held?: Lease,
): Promise<Ensured<T>> {
  const { own, claim, request } = wanted;
  const { secretId, holder, isStateless = false } = request;
  const { value, tags } = stored;
  const isOwn = isSameOnePasswordId(about.id, own ?? "");
  const hold = { holder, claim };
  const describing = described ? tags : describedBy(wanted, { about, value });
  // Writing it gives it the version that its fingerprint names, by which it can be restored.
  const { versionId } = described
    ? stored
    : await store.write({
        secretId,
        value,
        tags: { ...describing, ...(isOwn ? {} : soleHolderTags("value", tags, hold)) },
      });
  await wanted.align?.(about, held);
  const adopted = {
    about,
    versionId,
    fingerprint: fingerprint(value),
    adopted: true,
    ...defined({ mintedAt: decodeStoreTags(describing).mintedAt }),
  };
  if (isOwn || (isStateless && described)) return adopted;
  if (!described) return { ...adopted, claim };
  return { ...adopted, ...defined({ claim: await claimStored(store, secretId, tags, hold) }) };
}

/**
 * Notes in the store that the caller has adopted what it describes, beside those that have it.
 * Adopted may be the very server or token that a planned replacement was to replace, where nothing
 * but the wording of its inputs had changed, or one that another resource has too, of the same stack
 * or of another: the deletion of the one must then leave it to the others.
 * @returns The note, to be passed to the deletion; none where the store may only be read.
 * @throws `STORE_…` codes.
 */
async function claimStored(
  store: Pick<CredentialStore, "tag">,
  secretId: string,
  tags: Readonly<Record<string, string>>,
  hold: Required<Pick<Hold, "claim">> & Hold,
): Promise<string | undefined> {
  return unlessCode(["STORE_ACCESS_DENIED"], async () => {
    await store.tag(secretId, sharedHolderTags("value", tags, hold));
    return hold.claim;
  });
}
