import { createHash } from "node:crypto";

/**
 * Whether the text of a dynamic provider is that of a resource of `@opconnect/pulumi`: one that hands
 * everything on to `@opconnect/pulumi/provider`, and keeps nothing itself. Any other text is foreign,
 * be it that of another release.
 */
export function isOwnProvider(text: string): boolean {
  const ofAnyKind = text.replace(/\(\)\.[A-Za-z]+;\n$/, "().kind;\n");
  return createHash("sha256").update(ofAnyKind).digest("hex") === OWN_TEXT;
}

/** Of the text that `provided-resource.ts` writes into the state, with `kind` for each kind. */
const OWN_TEXT = "b12f2a888205554f4adcea9ec3110d1a27337d5cfc64944e5e5ebc08efd89e75";
