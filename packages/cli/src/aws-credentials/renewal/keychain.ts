import { createHash } from "node:crypto";
import { ConnectError } from "@opconnect/core/connect-error";

export interface KeychainLibrary {
  readonly AsyncEntry: new (
    service: string,
    name: string,
    options?: { readonly linux: { readonly store: "secret-service" } },
  ) => KeychainEntry;
}

interface KeychainEntry {
  getSecret(): Promise<ArrayLike<number> | null>;
  setSecret(secret: Uint8Array): Promise<void>;
  deleteCredential(): Promise<boolean>;
}

interface KeychainOptions {
  readonly platform?: NodeJS.Platform;
  readonly load?: () => Promise<KeychainLibrary>;
}

/**
 * Opens the keychain: that of macOS, the Credential Manager of Windows, or the Secret Service of a
 * Linux desktop. Never the kernel's keyring, which the library would fall back to in silence. It
 * keeps texts by name.
 * @throws `AWS_CACHE_FAILED` if there is none, or it is locked.
 */
export function openKeychain(options: KeychainOptions = {}) {
  const { platform = process.platform, load = loadLibrary } = options;
  const partBytes = platform === "win32" ? windowsLimitBytes : Number.POSITIVE_INFINITY;

  async function withEntries<T>(
    name: string,
    work: (entry: (part: number) => KeychainEntry) => Promise<T>,
  ): Promise<T> {
    try {
      const { AsyncEntry } = await load();
      const linux = { store: "secret-service" } as const;
      return await work(
        (part) => new AsyncEntry(service, part === 0 ? name : `${name}.${part}`, { linux }),
      );
    } catch (error) {
      throw unusable(error, platform);
    }
  }

  return {
    read: (name: string) =>
      withEntries(name, async (entry) => {
        const first = await readPart(entry(0));
        const others = range(1, countParts(first)).map((part) => readPart(entry(part)));
        return join([first, ...(await Promise.all(others))]);
      }),
    write: (name: string, text: string) =>
      withEntries(name, async (entry) => {
        for (const [part, bytes] of split(text, partBytes).entries()) {
          await entry(part).setSecret(bytes);
        }
      }),
    remove: (name: string) =>
      withEntries(name, async (entry) => {
        const count = countParts(await readPart(entry(0)));
        for (const part of range(0, count)) await entry(part).deleteCredential();
      }),
  };
}

const service = "opconnect aws-credentials";

/** Windows takes 2,560 bytes an entry, and tokens of roles can be longer. */
const windowsLimitBytes = 2_400;

async function loadLibrary(): Promise<KeychainLibrary> {
  return await import("@napi-rs/keyring");
}

async function readPart(entry: KeychainEntry): Promise<string> {
  return Buffer.from(Array.from((await entry.getSecret()) ?? [])).toString("utf8");
}

function countParts(first: string): number {
  return Number(/^(\d+):/.exec(first)?.[1] ?? 1);
}

/** The first part says how many there are, and what they are together. */
function split(text: string, partBytes: number): readonly Uint8Array[] {
  const bytes = Buffer.from(text);
  const headBytes = 80;
  const count = Math.max(1, Math.ceil((bytes.length + headBytes) / partBytes));
  const whole = Buffer.concat([Buffer.from(`${count}:${hash(text)}:`), bytes]);
  const size = count === 1 ? whole.length : partBytes;
  return range(0, count).map((part) => whole.subarray(part * size, (part + 1) * size));
}

/** Nothing if there are none, or they are of different writes. */
function join(parts: readonly string[]): string | undefined {
  const match = /^\d+:(?<hash>[0-9a-f]{64}):(?<text>.*)$/s.exec(parts.join(""))?.groups;
  return match?.text !== undefined && hash(match.text) === match.hash ? match.text : undefined;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
}

function unusable(error: unknown, platform: NodeJS.Platform): ConnectError {
  const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
  const where =
    platform === "linux"
      ? "A desktop session with a Secret Service (GNOME Keyring, KWallet, KeePassXC) is needed."
      : "It may be locked, or its library not installed (optional dependencies).";
  return new ConnectError(
    "AWS_CACHE_FAILED",
    `The keychain cannot be used: ${reason}.`,
    `${where} Else use \`--cache item\` or \`--cache none\`.`,
  );
}
