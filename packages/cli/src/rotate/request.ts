import { ConnectError, isSameOnePasswordId } from "@opconnect/core";
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
      await store.tag(target.secretId, encodeStoreTags({ rotate: target.id }));
      asked.push(target);
    }
  } catch (error) {
    await withdrawRotation(asked);
    throw error;
  }
}

/** Takes the request back wherever it was not carried out. */
export async function withdrawRotation(targets: readonly RotationTarget[]): Promise<void> {
  for (const target of targets.filter(({ follows }) => !follows)) {
    const store = openStore(target.store);
    const { tags, failure } = await observeSecret(target, { store });
    if (failure !== undefined) throw failure;
    const isOpen = isSameOnePasswordId(tags.rotate ?? "", target.id);
    if (isOpen) await store.tag(target.secretId, { "opconnect:rotate": "" });
  }
}

async function requireCurrent(target: RotationTarget, store: CredentialStore): Promise<void> {
  const { kind, id, name } = target;
  const { holds, failure } = await observeSecret(target, { store });
  if (failure !== undefined) throw failure;
  if (isSameOnePasswordId(holds ?? "", id)) return;
  throw new ConnectError(
    "ROTATION_UNFINISHED",
    `The stack knows the Connect ${kind} "${name}" as ${id}, and the credential store holds ${holds ?? "none"}.`,
    "Run `pulumi up` to bring them together, then rotate.",
  );
}
