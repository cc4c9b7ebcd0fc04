import { ConnectError, isSameOnePasswordId } from "@opconnect/core";
import {
  type CredentialStore,
  decodeStoreTags,
  encodeStoreTags,
  openStore,
} from "@opconnect/provision";
import type { RotationTarget } from "./rotation-targets.ts";

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
    const tags = decodeStoreTags((await store.describe(target.secretId))?.tags ?? {});
    const isOpen = tags.rotate !== undefined && isSameOnePasswordId(tags.rotate, target.id);
    if (isOpen) await store.tag(target.secretId, { "opconnect:rotate": "" });
  }
}

async function requireCurrent(target: RotationTarget, store: CredentialStore): Promise<void> {
  const { kind, id, name, secretId } = target;
  const tags = decodeStoreTags((await store.describe(secretId))?.tags ?? {});
  const held = kind === "server" ? tags.serverId : tags.tokenId;
  if (held !== undefined && isSameOnePasswordId(held, id)) return;
  throw new ConnectError(
    "ROTATION_UNFINISHED",
    `The stack knows the Connect ${kind} "${name}" as ${id}, and the credential store holds ${held ?? "none"}.`,
    "Run `pulumi up` to bring them together, then rotate.",
  );
}
