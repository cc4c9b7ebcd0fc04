import { readFile } from "node:fs/promises";
import { ConnectError, hasCode } from "@opconnect/core";
import { tampered } from "./errors.ts";

/** Names the file of the identity where the store's configuration does not. */
const identityVariable = "OPCONNECT_AGE_IDENTITY_FILE";

/**
 * Encrypts for all recipients.
 * @throws `ARGUMENT_INVALID` if one of them is no age recipient.
 */
export async function encrypterFor(recipients: readonly string[]) {
  const { Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new ConnectError(
        "ARGUMENT_INVALID",
        `store.recipients: "${recipient}" is no age recipient.`,
        "Copy it again; `age-keygen -y <identity file>` prints the one of an identity.",
      );
    }
  }
  return encrypter;
}

/**
 * Decrypts a file with the identities in `identityFile`.
 * @throws `STORE_ACCESS_DENIED` if none of them is meant, `STORE_TAMPERED` if it is damaged,
 * `STORE_CONTENT_INVALID` if the value is not text.
 */
export async function decrypt(
  content: Uint8Array,
  path: string,
  identityFile: string | undefined,
): Promise<string> {
  const { armor, Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  for (const identity of await readIdentities(identityFile, path)) {
    try {
      decrypter.addIdentity(identity);
    } catch {
      // The text of the error may quote the identity.
      throw unusableIdentity(path, "holds something that is no identity of age");
    }
  }
  // Files made by hand may be text.
  const text = Buffer.from(content).toString("latin1");
  const decryption = async () =>
    decrypter.decrypt(text.startsWith("-----BEGIN AGE") ? armor.decode(text) : content);
  const bytes = await decryption().catch((error: unknown) => {
    const isForOthers = error instanceof Error && /no identity matched/.test(error.message);
    throw isForOthers
      ? unusableIdentity(path, "holds no identity that the file is encrypted for")
      : tampered(path, "is damaged: it cannot be decrypted");
  });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ConnectError(
      "STORE_CONTENT_INVALID",
      `${path} holds a binary value.`,
      "opconnect stores text only: use a secret of its own for each credential.",
    );
  }
}

async function readIdentities(identityFile: string | undefined, path: string) {
  const file = identityFile ?? process.env[identityVariable];
  if (!file) throw unusableIdentity(path, "is not named");
  // Never quoted: the identity itself may stand where the name of its file belongs.
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw unusableIdentity(path, isAbsent(error) ? "does not exist" : "cannot be read");
  });
  const identities = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const isPlain = identities.every((line) => line.startsWith("AGE-SECRET-KEY-"));
  if (isPlain && identities.length > 0) return identities;
  throw unusableIdentity(
    path,
    "holds something else than identities as `age-keygen` makes them, without passphrase or plugin",
  );
}

function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].some((code) => hasCode(error, code));
}

function unusableIdentity(path: string, how: string): ConnectError {
  return new ConnectError(
    "STORE_ACCESS_DENIED",
    `${path} cannot be decrypted here: the file of the age identity ${how}.`,
    `Name the right one in the store's \`identityFile\` or in ${identityVariable}, or let somebody who can read the secrets add your recipient.`,
  );
}
