import { createHash } from "node:crypto";
import { ConnectError } from "@opconnect/core";

/** The part of a keychain library that is needed here. */
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

/** Where the keychain is, and how its library is loaded. */
export interface KeychainOptions {
  /** @default process.platform */
  readonly platform?: NodeJS.Platform;
  /** @default - loads @napi-rs/keyring */
  readonly load?: () => Promise<KeychainLibrary>;
}

/** Texts by name in the operating system's keychain. */
export interface Keychain {
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/**
 * Opens the keychain: that of macOS, the Credential Manager of Windows, or the Secret Service of a
 * Linux desktop. Never the kernel's keyring, which the library would fall back to in silence.
 * @throws `AWS_CACHE_FAILED` if there is none, or it is locked.
 */
export function openKeychain(options: KeychainOptions = {}): Keychain {
  const { platform = process.platform, load = loadLibrary } = options;
  const partBytes = platform === "win32" ? windowsLimitBytes : Number.POSITIVE_INFINITY;

  async function withEntries<T>(
    work: (entry: (part: number) => KeychainEntry) => Promise<T>,
    name: string,
  ) {
    try {
      const { AsyncEntry } = await load();
      const entry = (part: number) =>
        new AsyncEntry(service, part === 0 ? name : `${name}.${part}`, {
          linux: { store: "secret-service" },
        });
      return await work(entry);
    } catch (error) {
      throw unusable(error, platform);
    }
  }

  return {
    read: (name) =>
      withEntries(async (entry) => {
        const first = await readPart(entry(0));
        const count = Number(/^(\d+):/.exec(first ?? "")?.[1] ?? 1);
        const rest = await Promise.all(range(1, count).map((part) => readPart(entry(part))));
        return first === undefined ? undefined : join([first, ...rest]);
      }, name),
    write: (name, text) =>
      withEntries(async (entry) => {
        for (const [part, bytes] of split(text, partBytes).entries()) {
          await entry(part).setSecret(bytes);
        }
      }, name),
    remove: (name) =>
      withEntries(async (entry) => {
        const first = await readPart(entry(0));
        const count = Number(/^(\d+):/.exec(first ?? "")?.[1] ?? 1);
        for (const part of range(0, count)) await entry(part).deleteCredential();
      }, name),
  };
}

const service = "opconnect aws-credentials";

/** Windows takes 2,560 bytes an entry, and tokens of roles can be longer. */
const windowsLimitBytes = 2_400;

async function loadLibrary(): Promise<KeychainLibrary> {
  return await import("@napi-rs/keyring");
}

async function readPart(entry: KeychainEntry): Promise<string | undefined> {
  const secret = await entry.getSecret();
  return secret === null ? undefined : Buffer.from(Array.from(secret)).toString("utf8");
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

/** Nothing if the parts are of different writes. */
function join(parts: readonly (string | undefined)[]): string | undefined {
  const whole = parts.map((part) => part ?? "").join("");
  const match = /^\d+:(?<hash>[0-9a-f]{64}):(?<text>.*)$/s.exec(whole)?.groups;
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
