import { ConnectError, defined, withoutHolders } from "@opconnect/core";

/** Marks a secret that was there before opconnect used it: it is never deleted. */
export const adoptedTagKey = "opconnect:adopted";

/** Marks a secret that opconnect created, or took over unmarked. */
export const ownerTag = { key: "managed-by", value: "opconnect" } as const;

/**
 * Checks the tags that a secret gets from outside, and takes out the owner's: whether a secret is
 * ours is the store's to say.
 * @throws `ARGUMENT_INVALID` if one of them has a meaning of its own to opconnect.
 */
export function parseStaticTags(
  tags: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(tags)) {
    const isReserved =
      key.startsWith("opconnect:") || (key === ownerTag.key && value !== ownerTag.value);
    if (!isReserved) continue;
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `The tag "${key}" is set to "${value}", and opconnect uses that tag itself.`,
      "Use another key.",
    );
  }
  return Object.fromEntries(Object.entries(tags).filter(([key]) => key !== ownerTag.key));
}

/** Tags of a secret that was there before, in addition to those given from outside. */
export function adoptionTags(
  existing: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (existing[ownerTag.key] === ownerTag.value) return {};
  const isUnmarked = existing[ownerTag.key] === undefined;
  return defined({
    [adoptedTagKey]: "true",
    [ownerTag.key]: isUnmarked ? ownerTag.value : undefined,
  });
}

/** Changes that give an adopted secret back. */
export function releaseTags(
  existing: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const isMarked = existing[ownerTag.key] === ownerTag.value;
  const marks = defined({ [adoptedTagKey]: "", [ownerTag.key]: isMarked ? "" : undefined });
  return { ...withoutHolders("secret", existing), ...marks };
}

/** Whether a secret was there before opconnect used it. */
export function isAdopted(tags: Readonly<Record<string, string>>): boolean {
  return tags[adoptedTagKey] !== undefined;
}

/** Whether opconnect created a secret, or took it over. */
export function isOurs(tags: Readonly<Record<string, string>>): boolean {
  return tags[ownerTag.key] === ownerTag.value || isAdopted(tags);
}
