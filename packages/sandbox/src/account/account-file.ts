import { mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Account } from "./account.ts";

/** The account of one home folder: many processes may read and change it at once. */
export interface AccountFile {
  /** The account as it is now; parsed again only when the file has changed. */
  read(): Promise<Account>;
  /** Changes the account under a lock that all processes share; an error thrown changes nothing. */
  update<T>(change: (account: Account) => T | Promise<T>): Promise<T>;
}

export function openAccountFile(home: string): AccountFile {
  const path = join(home, "account.json");
  let latest: { account: Account; mark: string } | undefined;
  return {
    async read() {
      const mark = await changeMark(path);
      if (latest?.mark !== mark) latest = { account: await readAccount(path), mark };
      return latest.account;
    },
    update: async (change) =>
      await withLock(path, async () => {
        const account = await readAccount(path);
        const result = await change(account);
        await writeAtomically(path, account);
        return result;
      }),
  };
}

/** @throws Error if the folder already holds an account. */
export async function writeNewAccount(home: string, account: Account): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const text = JSON.stringify(account, undefined, 1);
  await writeFile(join(home, "account.json"), text, { mode: 0o600, flag: "wx" });
}

/** Times alone are too coarse for two writes in one tick: every write makes a new inode. */
async function changeMark(path: string): Promise<string> {
  const { mtimeNs, ino, size } = await stat(path, { bigint: true });
  return `${mtimeNs}:${ino}:${size}`;
}

async function readAccount(path: string): Promise<Account> {
  return JSON.parse(await readFile(path, "utf8"));
}

/** A reader never sees half a file, and a killed writer leaves the old one. */
async function writeAtomically(path: string, account: Account): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  try {
    await writeFile(draft, JSON.stringify(account, undefined, 1), { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** The operating system ends the lock with its process, and never before. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  // Loaded only by those who write: a read-only `op` call need not pay for the import.
  const { tryLock } = await import("fs-native-extensions");
  const file = await open(`${path}.locked`, "a", 0o600);
  const signal = AbortSignal.timeout(60_000);
  try {
    while (!tryLock(file.fd)) await setTimeout(5 + Math.random() * 40, undefined, { signal });
    return await work();
  } finally {
    await file.close();
  }
}

/**
 * Every secret string that the account ever produced: key material of credentials files, Connect
 * tokens and the bearer secrets in them, service-account tokens, concealed values of items. For scans
 * that prove none of them lies elsewhere; the home folder itself holds them all. Always secret.
 */
export async function listSecrets(home: string): Promise<readonly string[]> {
  const { secrets } = await openAccountFile(home).read();
  return secrets;
}
