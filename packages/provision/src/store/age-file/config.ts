import * as z from "zod/mini";
import type { ConfigOf } from "../contract/store-kind.ts";

/** A folder of age-encrypted files, e.g. in Git, as credential store. */
export type AgeFileConfig = ConfigOf<"age-file", ReturnType<typeof ageFileFields>>;

/** What may be said of a folder of age files. */
export function ageFileFields() {
  const text = z.string("a text").check(z.minLength(1, "a text that is not empty"));
  const recipient = 'an age recipient, e.g. "age1…"';
  const recipients = "a list of the age recipients that can read the secrets, one at least";
  return {
    /** Folder of the files, absolute or relative to that of the program's `Pulumi.yaml`. */
    folder: text,
    /** Public keys of all who can read the secrets, e.g. `"age1…"`. */
    recipients: z.readonly(
      z
        .array(z.string(recipient).check(z.regex(/^age1[a-z0-9]{20,}$/, recipient)), recipients)
        .check(z.minLength(1, recipients)),
    ),
    /**
     * File of the age identity that reads the secrets.
     * @default - the file that the environment variable `OPCONNECT_AGE_IDENTITY_FILE` names
     */
    identityFile: z.optional(
      text.check(
        z.refine(
          (path) => !/AGE-SECRET-KEY-/i.test(path),
          "the path of the identity's file, not the identity",
        ),
      ),
    ),
  };
}

/** Begins the id of every secret in a folder of age files. */
export const ageScheme = "age:";

export function ageSecretId(name: string): string {
  return `${ageScheme}${name}`;
}
