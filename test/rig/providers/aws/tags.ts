import type { SecretsManager, Tag } from "@aws-sdk/client-secrets-manager";
import {
  hasUnknown,
  isMap,
  type PropertyMap,
  type PropertyValue,
  unknownValue,
} from "../property-value.ts";
import { type AwsSession, attempt } from "./session.ts";

/** The tags that a resource ends up with: the provider's, overridden by its own. */
export function allTags(tags: PropertyValue | undefined, session: AwsSession): PropertyValue {
  if (tags !== undefined && hasUnknown(tags)) return unknownValue;
  const merged = { ...session.defaultTags, ...(isMap(tags) ? tags : {}) };
  return withoutIgnored(merged, session);
}

/**
 * The tags of a resource as inputs would name them. Of the provider's tags only those are left that
 * the inputs name themselves, or that somebody changed.
 */
export function ownTags(live: PropertyMap, inputs: PropertyValue | undefined, session: AwsSession) {
  const named = isMap(inputs) ? inputs : {};
  const own = Object.entries(withoutIgnored(live, session)).filter(
    ([key, value]) => key in named || session.defaultTags[key] !== value,
  );
  return Object.fromEntries(own);
}

/** Turns the old tags of a secret into the wanted ones; tags that neither names stay. */
export async function updateTags(
  manager: SecretsManager,
  arn: string,
  { old, wanted }: { readonly old: PropertyMap; readonly wanted: PropertyMap },
): Promise<void> {
  const removed = Object.keys(old).filter((key) => wanted[key] === undefined);
  const set = Object.entries(wanted).filter(([key, value]) => old[key] !== value);
  const what = `updating tags of Secrets Manager Secret (${arn})`;
  if (removed.length > 0) {
    await attempt(what, manager.untagResource({ SecretId: arn, TagKeys: removed }));
  }
  if (set.length > 0) {
    const Tags = toTagList(Object.fromEntries(set));
    await attempt(what, manager.tagResource({ SecretId: arn, Tags }));
  }
}

/** Tags as AWS lists them. */
export function toTagList(tags: PropertyMap): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, value]) => ({ Key, Value: String(value) }));
}

/** Tags by key. */
export function fromTagList(tags: readonly Tag[] = []): PropertyMap {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

function withoutIgnored(tags: PropertyMap, session: AwsSession): PropertyMap {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !session.isIgnoredTag(key)));
}
