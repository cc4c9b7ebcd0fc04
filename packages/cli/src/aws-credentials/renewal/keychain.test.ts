import { randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { type KeychainLibrary, openKeychain } from "./keychain.ts";

const entries = new Map<string, Uint8Array>();
const opened: unknown[] = [];

class FakeEntry {
  readonly key: string;

  constructor(service: string, name: string, options?: unknown) {
    opened.push(options);
    this.key = `${service}/${name}`;
  }

  async getSecret() {
    return Array.from(entries.get(this.key) ?? []).length > 0
      ? Array.from(entries.get(this.key) ?? [])
      : null;
  }

  async setSecret(secret: Uint8Array) {
    entries.set(this.key, Uint8Array.from(secret));
  }

  async deleteCredential() {
    return entries.delete(this.key);
  }
}

const load = async (): Promise<KeychainLibrary> => ({ AsyncEntry: FakeEntry });
const long = randomBytes(3_000).toString("base64");

beforeEach(() => entries.clear());

test.each(["linux", "darwin", "win32"] as const)(
  "on %s a long text is kept and removed",
  async (platform) => {
    const keychain = openKeychain({ platform, load });
    expect(await keychain.read("a")).toBeUndefined();
    await keychain.write("a", long);
    await keychain.write("b", "short");
    expect(await keychain.read("a")).toBe(long);
    await keychain.write("a", "now short");
    expect(await keychain.read("a")).toBe("now short");
    await keychain.write("a", long);
    await keychain.remove("a");
    expect(await keychain.read("b")).toBe("short");
    expect(entries.size).toBe(1);
  },
);

test("on Windows no entry is longer than it takes", async () => {
  await openKeychain({ platform: "win32", load }).write("a", long);
  expect(entries.size).toBe(2);
  for (const secret of entries.values()) expect(secret.length).toBeLessThanOrEqual(2_560);
});

test("parts of two writes are none", async () => {
  const keychain = openKeychain({ platform: "win32", load });
  await keychain.write("a", long);
  const second = [...entries].find(([key]) => key.endsWith(".1"));
  await keychain.write("a", randomBytes(3_000).toString("base64"));
  entries.set(...(second ?? ["", new Uint8Array()]));
  expect(await keychain.read("a")).toBeUndefined();
});

test("on Linux the Secret Service is asked for, never the kernel's keyring", async () => {
  await openKeychain({ platform: "linux", load }).read("a");
  expect(opened.at(-1)).toEqual({ linux: { store: "secret-service" } });
});

test("a locked keychain, or a missing library, is said with the way out", async () => {
  const locked = openKeychain({
    platform: "darwin",
    load: () => Promise.reject(new Error("Locked")),
  });
  await expect(locked.read("a")).rejects.toThrow(/Locked\..*--cache item.*\[AWS_CACHE_FAILED\]/);
});
