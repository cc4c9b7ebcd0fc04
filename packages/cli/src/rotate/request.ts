import { ConnectError, isConnectError, isSameOnePasswordId } from "@opconnect/core";
import {
  type CredentialStore,
  encodeStoreTags,
  observeSecret,
  openStore,
} from "@opconnect/provision";
import type { RotationTarget } from "./targets.ts";

/**
 * Asks in the store, where every runner sees it, for a replacement: the next update carries it out.
 * @throws `ROTATION_UNFINISHED` if the store holds another one already, `STORE_…` codes.
 */
export async function requestRotation(targets: readonly RotationTarget[]): Promise<void> {
  const asked: RotationTarget[] = [];
  try {
    for (const target of targets.filter(({ follows }) => !follows)) {
      const store = openStore(target.store);
      await requireCurrent(target, store);
      asked.push(target);
      await store.tag(target.secretId, encodeStoreTags({ rotate: target.id }));
    }
  } catch (error) {
    await settleRotation(asked, "keep nothing").catch(() => undefined);
    throw error;
  }
}

/** How far a request was carried out, by what the store says. */
export interface Settlement {
  /** Whether something was replaced, or began to be. */
  readonly hasBegun: boolean;
  /** Those whose replacement is still asked for: the next update carries it out. */
  readonly open: readonly RotationTarget[];
  /** Why some of them could not be looked at or taken back. */
  readonly failure?: ConnectError | undefined;
}

/**
 * Settles a request after the update, however that ended, and without the stack's state, which may
 * be unreadable by now. Where nothing was begun, the request is taken back. Where something was, the
 * rest stays asked for, since the next update brings it to its end.
 */
export async function settleRotation(
  targets: readonly RotationTarget[],
  rest: "keep what was begun" | "keep nothing",
): Promise<Settlement> {
  const asked = targets.filter(({ follows }) => !follows);
  const seen = await Promise.all(asked.map(look));
  const hasBegun = seen.some(({ isBegun }) => isBegun);
  const open = seen.filter(({ isOpen }) => isOpen).map(({ target }) => target);
  const failure = seen.find((each) => each.failure)?.failure;
  if (rest === "keep what was begun" && (hasBegun || failure)) return { hasBegun, open, failure };
  const kept: RotationTarget[] = [];
  let refusal = failure;
  for (const target of open) {
    try {
      await openStore(target.store).tag(target.secretId, { "opconnect:rotate": "" });
    } catch (error) {
      if (!isConnectError(error)) throw error;
      kept.push(target);
      refusal = error;
    }
  }
  return { hasBegun, open: kept, failure: refusal };
}

async function look(target: RotationTarget) {
  const { tags, holds, failure } = await observeSecret(target, { store: openStore(target.store) });
  // What cannot be looked at is asked for still, for all that is known.
  if (failure !== undefined) return { target, isBegun: false, isOpen: true, failure };
  const isOpen = isSameOnePasswordId(tags.rotate ?? "", target.id);
  const isReplaced = !isSameOnePasswordId(holds ?? "", target.id);
  return { target, isBegun: isReplaced || tags.minting !== undefined, isOpen, failure };
}

async function requireCurrent(target: RotationTarget, store: CredentialStore): Promise<void> {
  const { kind, id, name } = target;
  const { stored, holds, failure } = await observeSecret(target, { store });
  if (failure !== undefined) throw failure;
  if (isSameOnePasswordId(holds ?? "", id)) return;
  throw new ConnectError(
    "ROTATION_UNFINISHED",
    `The stack knows the Connect ${kind} "${name}" as ${id}, and the credential store holds ${holds ?? "none"}.`,
    stored === "behind"
      ? "That is an older one: if the store is a clone, pull; after a merge, take the other side of its files. If the newer one is lost for good, raise `revision`."
      : "Run `pulumi up` to bring them together, then rotate.",
  );
}
