import { join } from "node:path";
import { ConnectError } from "@opconnect/core";
import { ageScheme } from "./config.ts";

export type AgeFiles = ReturnType<typeof filesOf>;

export const sidecarSuffix = ".age.json";

/**
 * The files of a secret. Its id does not name the folder: it is the same on every machine.
 * @param secretId e.g. `"age:opconnect/acme/prod/credentials"`.
 * @throws `ARGUMENT_INVALID` if that is no id of a secret in a folder.
 */
export function filesOf(folder: string, secretId: string) {
  if (!secretId.startsWith(ageScheme)) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `"${secretId}" is no id of a secret in a folder of age files.`,
      `Such an id is "${ageScheme}" and the secret's name. Was the environment moved from another kind of store?`,
    );
  }
  const name = secretId.slice(ageScheme.length);
  if (!isAgeName(name)) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `"${name}" cannot be the name of an age file.`,
      "Use letters, digits and `_+=@.-`, in folders divided by `/`; none may begin with a dot.",
    );
  }
  const current = join(folder, `${name}.age`);
  return {
    secretId,
    name,
    /** The current value, encrypted. */
    current,
    /** The value before, encrypted. */
    previous: `${current}.previous`,
    /** The value that is about to become the current one, encrypted. */
    next: `${current}.next`,
    /** What is known about the value, in clear. */
    sidecar: join(folder, `${name}${sidecarSuffix}`),
    /** What is announced of a minting. */
    announcement: `${current}.minting`,
    /** Locked while a run changes one of these files. */
    lock: `${current}.lock`,
    /** Who may mint for it, on this disk. */
    lease: `${current}.lease`,
  };
}

export function isAgeName(name: string): boolean {
  return namePattern.test(name) && !name.includes(".age");
}

/** No part begins with a dot, so none leads out of the folder. */
const namePattern = /^[\w+=@-][\w+=@.-]*(\/[\w+=@-][\w+=@.-]*)*$/;

/** End of the names of files that are being written. */
export const draftEnding = ".age.tmp";

/** What Git shall not keep: what belongs to one machine, or to one moment. */
export const ignoredByGit = [
  "*.age.lease",
  "*.age.lock",
  "*.age.minting",
  "*.age.next",
  `*${draftEnding}`,
] as const;
