import { ConnectError, defined, withoutHolders } from "@opconnect/core";
import { quote } from "@opconnect/core/quote";

/** Marks a secret that was there before opconnect used it: it is never deleted. */
export const adoptedTagKey = "opconnect:adopted";

/** Marks a secret that opconnect created, or took over unmarked. */
export const ownerTag = { key: "managed-by", value: "opconnect" } as const;

/**
 * Checks the tags that a secret gets from outside, and takes out the owner's: whether a secret is
 * ours is the store's to say.
 * @throws `ARGUMENT_INVALID` if one of them has a meaning of its own to opconnect, or none to AWS;
 * without the value, which may have been meant for another place.
 */
export function parseStaticTags(
  tags: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(tags)) {
    const isReserved =
      key.startsWith("opconnect:") || (key === ownerTag.key && value !== ownerTag.value);
    if (isReserved) {
      throw new ConnectError(
        "ARGUMENT_INVALID",
        `The tag "${key}" is given, and opconnect uses that tag itself.`,
        "Use another key.",
      );
    }
    if (!awsKey.test(key) || !awsValue.test(value)) {
      throw new ConnectError(
        "ARGUMENT_INVALID",
        `AWS takes no ${awsKey.test(key) ? `such value of the tag ${quote(key)}` : `tag of the name ${quote(key)}`}.`,
        "Use letters, digits, spaces and `_.:/=+-@` only: 127 for the key, which does not begin with `aws:`, and 255 for the value.",
      );
    }
  }
  if (Object.keys(tags).length > maxTags) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `There are ${Object.keys(tags).length} tags for each secret, and AWS takes 50, of which opconnect needs up to 40.`,
      `Use at most ${maxTags} tags.`,
    );
  }
  return Object.fromEntries(Object.entries(tags).filter(([key]) => key !== ownerTag.key));
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html */
const awsKey = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,127}$/u;
const awsValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,255}$/u;

/** AWS takes 50, of which a value with many vaults needs 21, and its holders and those of the secret 16. */
const maxTags = 10;

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
