import { readFile, rename } from "node:fs/promises";
import { fingerprint } from "@opconnect/core";
import { writeWhole } from "../../process/write-file.ts";
import { versionIdOf } from "../contract/version-id.ts";
import type { AgeFileConfig } from "./config.ts";
import { decrypt, encrypterFor } from "./encryption.ts";
import { type AgeFiles, draftEnding } from "./files.ts";
import {
  type AgeSidecar,
  type AgeVersion,
  currentFile,
  previousFile,
  sha256,
  sha256Of,
  writeSidecar,
} from "./sidecar.ts";

/** Who reads and writes the values. */
export type AgeKeys = Pick<AgeFileConfig, "recipients" | "identityFile">;

export async function readCurrent(
  files: AgeFiles,
  current: AgeVersion,
  { identityFile }: AgeKeys,
): Promise<string> {
  const path = await currentFile(files, current);
  return decrypt(await readFile(path), files.current, identityFile);
}

/** Writes a value, if it is not the current one already, and what is known about the secret. */
export async function putCurrent(
  files: AgeFiles,
  sidecar: AgeSidecar,
  value: string,
  { recipients }: AgeKeys,
): Promise<string> {
  const versionId = versionIdOf(files.secretId, fingerprint(value));
  if (sidecar.current?.versionId === versionId) {
    await currentFile(files, sidecar.current);
    await writeSidecar(files, sidecar);
    return versionId;
  }
  if (await swapPrevious(files, sidecar, versionId)) return versionId;
  await commit(files, sidecar, {
    content: await (await encrypterFor(recipients)).encrypt(value),
    version: { versionId, recipients: [...recipients] },
    previous: sidecar.current,
  });
  return versionId;
}

/** Makes the version before the current one again; `false` if it is another, or gone. */
export async function swapPrevious(
  files: AgeFiles,
  sidecar: AgeSidecar,
  versionId: string,
): Promise<boolean> {
  const { current, previous } = sidecar;
  if (previous === undefined || previous.versionId !== versionId) return false;
  const path = await previousFile(files, previous);
  if (path === undefined) return false;
  const { sha256: _, ...version } = previous;
  await commit(files, sidecar, {
    content: await readFile(path),
    version,
    previous: current,
  });
  return true;
}

/**
 * Encrypts the current value again if it is for others than the recipients. Who is none any more
 * keeps what the history of the folder holds.
 */
export async function alignRecipients(
  files: AgeFiles,
  sidecar: AgeSidecar,
  keys: AgeKeys,
): Promise<boolean> {
  const { current, previous } = sidecar;
  if (current?.recipients === undefined) return false;
  const sorted = (texts: readonly string[]) => [...new Set(texts)].sort().join(" ");
  if (sorted(current.recipients) === sorted(keys.recipients)) return false;
  const value = await readCurrent(files, current, keys);
  await commit(files, sidecar, {
    content: await (await encrypterFor(keys.recipients)).encrypt(value),
    version: { versionId: current.versionId, recipients: [...keys.recipients] },
    previous,
  });
  return true;
}

interface NextVersion {
  readonly content: Uint8Array;
  readonly version: Omit<AgeVersion, "sha256">;
  /** What is the version before from now on. */
  readonly previous: AgeVersion | undefined;
}

/**
 * Makes an encrypted value the current one. It counts from the moment its sidecar is written: a run
 * cut short before has changed nothing, and one cut short after has the next file in the place of
 * the current one, which {@link settleInterrupted} puts right.
 */
async function commit(
  files: AgeFiles,
  sidecar: AgeSidecar,
  { content, version, previous }: NextVersion,
): Promise<void> {
  await settle(files, sidecar);
  const current = { ...version, sha256: sha256(content) };
  await writeWhole(files.next, content, draftEnding);
  const changed = { ...sidecar, current, previous };
  await writeSidecar(files, changed);
  await settle(files, changed);
}

/**
 * Puts right what a cut-short commit left. Git does not keep a next file, and no person
 * decrypts one with `age`: so what reads or changes the secret calls this first, under its lock.
 */
export async function settleInterrupted(files: AgeFiles, sidecar: AgeSidecar): Promise<void> {
  const { current } = sidecar;
  if (current === undefined || (await sha256Of(files.next)) !== current.sha256) return;
  await settle(files, sidecar);
}

/** Gives the files their names where that was cut short. */
async function settle(files: AgeFiles, { current, previous }: AgeSidecar): Promise<void> {
  if (current === undefined || (await currentFile(files, current)) === files.current) return;
  const replaced = await sha256Of(files.current);
  if (replaced !== undefined && replaced === previous?.sha256) {
    await rename(files.current, files.previous);
  }
  await rename(files.next, files.current);
}
