import { ConnectError, hasCode, isConnectError } from "@opconnect/core";
import { isWithoutLocks, remedyWithoutLocks } from "../../process/file-lock.ts";
import { shellWord } from "../shell-word.ts";

/** Runs `work` and turns what the file system refuses into a `ConnectError`. */
export async function reportFileErrors<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isConnectError(error)) throw error;
    const text = error instanceof Error ? error.message : String(error);
    if (isWithoutLocks(error)) {
      throw new ConnectError(
        "STORE_FAILED",
        `The folder of age files ${folder} cannot be locked here: ${text}.`,
        remedyWithoutLocks,
      );
    }
    const isDenied = ["EACCES", "EPERM", "EROFS"].some((code) => hasCode(error, code));
    throw new ConnectError(
      isDenied ? "STORE_ACCESS_DENIED" : "STORE_FAILED",
      `The folder of age files ${folder} could not be used: ${text}.`,
      isDenied
        ? "Let this user read and write the folder and all its files."
        : "Check the disk and the folder, then run again.",
    );
  }
}

export function noSuchFolder(folder: string): ConnectError {
  return new ConnectError(
    "STORE_NOT_FOUND",
    `The folder of age files ${folder} is not there.`,
    "Name the folder that the stacks use; the first `pulumi up` of one makes it.",
  );
}

export function noSuchSecret(folder: string, name: string): ConnectError {
  return new ConnectError(
    "STORE_NOT_FOUND",
    `The folder of age files ${folder} has no secret ${name}, or it was deleted.`,
    "Check that this is the folder that is meant, and that all of it was checked out.",
  );
}

/** A file is not the one that its sidecar describes. */
export function tampered(path: string, how: string): ConnectError {
  return new ConnectError(
    "STORE_TAMPERED",
    `${path} ${how}.`,
    `Put both files back as they were, e.g. \`git checkout -- ${shellWord(path)} ${shellWord(`${path}.json`)}\`. If you changed the value on purpose, delete ${path}.json: it is taken over like a file made by hand. Where the value is lost, delete both, and a new secret is made by \`pulumi up --refresh\`.`,
  );
}
