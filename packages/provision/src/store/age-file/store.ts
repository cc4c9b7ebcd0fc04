import { readdir, readFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { defined } from "@opconnect/core";
import { unlessAbsent, writeWhole } from "../../process/write-file.ts";
import type {
  CredentialStore,
  ListedSecret,
  SecretDescription,
} from "../contract/credential-store.ts";
import {
  adoptionTags,
  isAdopted,
  isOurs,
  ownerTag,
  parseStaticTags,
  releaseTags,
} from "../contract/secret-tags.ts";
import { replacingTags } from "../contract/value-tags.ts";
import { type AgeFileConfig, ageSecretId } from "./config.ts";
import { encrypterFor } from "./encryption.ts";
import { noSuchFolder, noSuchSecret, reportFileErrors } from "./errors.ts";
import {
  type AgeFiles,
  draftEnding,
  filesOf,
  ignoredByGit,
  isAgeName,
  sidecarSuffix,
} from "./files.ts";
import { readLease, writeLease } from "./lease.ts";
import { underLock } from "./lock.ts";
import {
  type AgeSidecar,
  type AgeVersion,
  currentFile,
  previousFile,
  readSidecar,
  writeSidecar,
} from "./sidecar.ts";
import {
  alignRecipients,
  putCurrent,
  readCurrent,
  settleInterrupted,
  swapPrevious,
} from "./version.ts";

export type AgeFileOptions = Omit<AgeFileConfig, "kind">;

/**
 * A folder of files encrypted with age as credential store, e.g. one that is kept in Git. A secret
 * is a file that `age --decrypt` prints, and a second one that describes it in clear. Whatever does
 * not need the value needs no identity.
 */
export function createAgeFileStore(options: AgeFileOptions): CredentialStore {
  const folder = resolve(options.folder);
  const report = <T>(work: () => Promise<T>) => reportFileErrors(folder, work);
  const filesOfName = (name: string) => filesOf(folder, ageSecretId(name));

  async function findSidecar(files: AgeFiles): Promise<AgeSidecar | undefined> {
    const sidecar = await readSidecar(files);
    return sidecar?.deletedAt ? undefined : sidecar;
  }

  async function getSidecar(files: AgeFiles): Promise<AgeSidecar> {
    const sidecar = await findSidecar(files);
    if (sidecar === undefined) throw noSuchSecret(folder, files.name);
    return sidecar;
  }

  /** Where a writer was cut short, the current value is in another file still. */
  async function putInPlace(files: AgeFiles, current: AgeVersion | undefined): Promise<void> {
    if (current === undefined || (await currentFile(files, current)) === files.current) return;
    await underLock(files.lock, async () => settleInterrupted(files, await getSidecar(files)));
  }

  /** Looks at a secret that must be there. */
  function look<T>(
    secretId: string,
    work: (files: AgeFiles, sidecar: AgeSidecar) => Promise<T>,
  ): Promise<T> {
    return report(async () => {
      const files = filesOf(folder, secretId);
      return work(files, await getSidecar(files));
    });
  }

  /** Changes what there is of a secret while no other run does. */
  function change<T>(
    secretId: string,
    work: (files: AgeFiles, sidecar: AgeSidecar) => Promise<T>,
  ): Promise<T> {
    return look(secretId, (files) =>
      underLock(files.lock, async () => {
        const sidecar = await getSidecar(files);
        await settleInterrupted(files, sidecar);
        return work(files, sidecar);
      }),
    );
  }

  return {
    read: (secretId) =>
      look(secretId, async (files, { current, tags }) => {
        if (current === undefined) {
          return { tags, isUntouched: (await readLease(files)).sequence === 0 };
        }
        await putInPlace(files, current);
        const value = await readCurrent(files, current, options);
        return { value, versionId: current.versionId, tags };
      }),

    describe: (secretId) =>
      report(async () => {
        const files = filesOf(folder, secretId);
        const sidecar = await findSidecar(files);
        // A run that finds all as it should be does not read the value, and must leave it in place.
        await putInPlace(files, sidecar?.current);
        return sidecar && describe(files, sidecar);
      }),

    write: ({ secretId, value, tags }) =>
      change(secretId, async (files, sidecar) => {
        const tagged = { ...sidecar, tags: { ...sidecar.tags, ...replacingTags(tags) } };
        return { versionId: await putCurrent(files, tagged, value, options) };
      }),

    async tag(secretId, tags) {
      await encrypterFor(options.recipients);
      return change(secretId, async (files, sidecar) => {
        // A release before this one may not have named all that Git shall not keep.
        await ignoreInGit(folder);
        await writeSidecar(files, { ...sidecar, tags: { ...sidecar.tags, ...tags } });
      });
    },

    restore: (secretId, versionId) =>
      change(secretId, async (files, sidecar) =>
        sidecar.current?.versionId === versionId ? true : swapPrevious(files, sidecar, versionId),
      ),

    readLease: (secretId) => look(secretId, readLease),

    writeLease: (secretId, sequence, text) =>
      look(secretId, (files) => writeLease(files, sequence, text)),

    async ensureSecret({ name, description, tags, firstTags }) {
      const given = parseStaticTags(tags);
      await encrypterFor(options.recipients);
      return report(async () => {
        const files = filesOfName(name);
        const { secretId } = files;
        await ignoreInGit(folder);
        return underLock(files.lock, async () => {
          const existing = await readSidecar(files);
          const described = defined({ description });
          if (existing === undefined) {
            const own = { [ownerTag.key]: ownerTag.value, ...given, ...firstTags };
            await writeSidecar(files, { ...blank, ...described, tags: own });
            return { secretId, outcome: "created" };
          }
          await settleInterrupted(files, existing);
          const merged = { ...existing.tags, ...given, ...adoptionTags(existing.tags) };
          const sidecar = { ...existing, deletedAt: undefined, ...described, tags: merged };
          if (!(await alignRecipients(files, sidecar, options))) await writeSidecar(files, sidecar);
          return { secretId, outcome: existing.deletedAt ? "restored" : "found" };
        });
      });
    },

    findSecret: (name) =>
      report(async () => {
        const files = filesOfName(name);
        const sidecar = await readSidecar(files);
        const isDeleted = sidecar?.deletedAt !== undefined;
        return sidecar && { secretId: files.secretId, isDeleted };
      }),

    deleteSecret: (secretId) =>
      report(async () => {
        const files = filesOf(folder, secretId);
        if ((await readSidecar(files)) === undefined) return;
        await underLock(files.lock, async () => {
          const sidecar = await findSidecar(files);
          if (sidecar === undefined) return;
          const changed = isAdopted(sidecar.tags)
            ? { ...sidecar, tags: { ...sidecar.tags, ...releaseTags(sidecar.tags) } }
            : { ...sidecar, deletedAt: new Date().toISOString() };
          await writeSidecar(files, changed);
        });
      }),

    listSecrets: () => report(() => listSecrets(folder)),

    now: async () => new Date(),
  };
}

const blank = { opconnect: "age-file", schema: 1 } as const;

async function describe(files: AgeFiles, sidecar: AgeSidecar): Promise<SecretDescription> {
  const { tags, current, previous } = sidecar;
  if (current === undefined) return { tags, versionIds: [] };
  await currentFile(files, current);
  const before = previous && (await previousFile(files, previous)) ? [previous.versionId] : [];
  return { tags, versionId: current.versionId, versionIds: [current.versionId, ...before] };
}

async function listSecrets(folder: string): Promise<readonly ListedSecret[]> {
  const paths = await unlessAbsent(() => readdir(folder, { recursive: true }));
  // What is claimed elsewhere would look as if nothing claimed it.
  if (paths === undefined) throw noSuchFolder(folder);
  const names = paths
    .filter((path) => path.endsWith(sidecarSuffix))
    .map((path) => path.slice(0, -sidecarSuffix.length).replaceAll(sep, "/"))
    .filter(isAgeName);
  const listed: ListedSecret[] = [];
  for (const name of names.sort()) {
    const files = filesOf(folder, ageSecretId(name));
    const sidecar = await readSidecar(files);
    if (sidecar === undefined || sidecar.deletedAt || !isOurs(sidecar.tags)) continue;
    listed.push({ secretId: files.secretId, name, ...(await describe(files, sidecar)) });
  }
  return listed;
}

/** Adds to the folder's `.gitignore` what is missing there. */
async function ignoreInGit(folder: string): Promise<void> {
  const path = join(folder, ".gitignore");
  const text = (await unlessAbsent(() => readFile(path, "utf8"))) ?? "";
  const lines = text.split(/\r?\n/);
  const missing = ignoredByGit.filter((pattern) => !lines.includes(pattern));
  if (missing.length === 0) return;
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  await writeWhole(path, `${text}${separator}${missing.join("\n")}\n`, draftEnding);
}
