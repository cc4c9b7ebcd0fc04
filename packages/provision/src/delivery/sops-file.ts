import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ConnectError, isRecord, parseJson, redacted, unlessCode } from "@opconnect/core";
import { quote } from "@opconnect/core/quote";
import { findProgram } from "../process/find-program.ts";
import { patient } from "../process/patient.ts";
import type { SecretSource, SopsValue } from "./source.ts";

/**
 * A value of a file that sops has encrypted, decrypted by the `sops` on PATH, which checks that the
 * file is as sops wrote it. Neither its arguments nor a file have the value.
 * @see https://github.com/getsops/sops
 */
export function sopsSource({ sopsFile, key }: SopsValue, env: NodeJS.ProcessEnv): SecretSource {
  const version = async () => {
    const encrypted = encryptedValue(await readSopsFile(sopsFile), { sopsFile, key });
    return `sops@${createHash("sha256").update(encrypted).digest("hex").slice(0, 32)}`;
  };
  return {
    version,
    async read() {
      const before = await version();
      const value = await decrypt({ sopsFile, key }, env);
      if (value === "")
        throw invalid(`The value at ${pathOf(key)} of ${quote(sopsFile)} is empty.`);
      return { value, version: before };
    },
  };
}

async function readSopsFile(file: string): Promise<unknown> {
  const text = await unlessCode(["ENOENT", "ENOTDIR", "EISDIR"], () =>
    readFile(resolve(file), "utf8"),
  );
  if (text === undefined) {
    throw new ConnectError(
      "SECRET_FIELD_INVALID",
      `There is no file ${quote(file)}.`,
      "Correct `sopsFile`: a path from the program's folder.",
    );
  }
  const { parse } = await import("yaml");
  try {
    return parseJson(text) ?? parse(text, { logLevel: "silent" });
  } catch {
    return undefined;
  }
}

/** The value as it stands in the file. */
function encryptedValue(content: unknown, { sopsFile, key }: SopsValue): string {
  if (!isRecord(content) || !isRecord(content.sops)) {
    throw new ConnectError(
      "SECRET_FIELD_INVALID",
      `The file ${quote(sopsFile)} is no YAML or JSON that sops has encrypted.`,
      "Encrypt it with `sops --encrypt --in-place`.",
    );
  }
  const found = key.reduce<unknown>(
    (at, part) => (isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined),
    content,
  );
  if (typeof found === "string" && found.startsWith("ENC[")) return found;
  throw invalid(
    found === undefined
      ? `The file ${quote(sopsFile)} has nothing at ${pathOf(key)}.`
      : `What ${quote(sopsFile)} has at ${pathOf(key)} is no encrypted value.`,
  );
}

async function decrypt({ sopsFile, key }: SopsValue, env: NodeJS.ProcessEnv): Promise<string> {
  const program = findProgram("sops", env);
  if (program === undefined) {
    throw new ConnectError(
      "SOPS_NOT_INSTALLED",
      "There is no `sops` on PATH.",
      "Install it from https://getsops.io, or let a runner that has it run the update.",
    );
  }
  const { execa } = await import("execa");
  const args = [
    "--decrypt",
    "--extract",
    key.map((part) => `["${part}"]`).join(""),
    resolve(sopsFile),
  ];
  const result = await patient("Waiting for `sops` …", () =>
    execa(program, args, {
      env: sopsProcessEnv(env),
      extendEnv: false,
      // It would ask for a passphrase.
      stdin: "ignore",
      stripFinalNewline: false,
      encoding: "buffer",
      timeout: 60_000,
      forceKillAfterDelay: 5_000,
      reject: false,
      windowsHide: true,
    }),
  );
  if (!result.failed) return textOf(result.stdout, { sopsFile, key });
  const stderr = Buffer.from(result.stderr ?? []).toString();
  const said = redacted(stderr.replace(/\s+/g, " ").trim()).slice(0, 500);
  throw new ConnectError(
    "SOPS_FAILED",
    `\`sops\` did not decrypt ${pathOf(key)} of ${quote(sopsFile)}: ${result.timedOut ? "it gave no answer within a minute" : said || "it printed nothing"}.`,
    "Run `sops --decrypt` on the file yourself to see more: the key may be missing here, or the file was changed by something else than sops.",
  );
}

/** Other bytes than those of a text would be replaced on the way, and nobody would be told. */
function textOf(bytes: Uint8Array, { sopsFile, key }: SopsValue): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ConnectError(
      "SECRET_FIELD_INVALID",
      `The value at ${pathOf(key)} of ${quote(sopsFile)} is no text.`,
      "Keep what is binary there in base64.",
    );
  }
}

/** What sops needs of an environment depends on who keeps the key. These are others' credentials. */
function sopsProcessEnv(ambient: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(ambient);
  return Object.fromEntries(
    entries.filter(([name]) => !/^(OP|GITHUB|GH|ACTIONS|PULUMI|OPCONNECT)_/i.test(name)),
  );
}

function pathOf(key: readonly string[]): string {
  return quote(key.join("."));
}

function invalid(happened: string): ConnectError {
  return new ConnectError(
    "SECRET_FIELD_INVALID",
    happened,
    "Correct `key`: it leads to one value that sops has encrypted, and that is not empty.",
  );
}
