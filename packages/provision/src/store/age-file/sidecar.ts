import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { ConnectError, parseJson } from "@opconnect/core";
import { z } from "zod";
import { unlessAbsent, writeWhole } from "../../process/write-file.ts";
import { announcementKeys } from "../contract/value-tags.ts";
import { versionIdOf } from "../contract/version-id.ts";
import { tampered } from "./errors.ts";
import { type AgeFiles, draftEnding } from "./files.ts";

const version = z.strictObject({
  versionId: z.string(),
  /** SHA-256 of the encrypted file, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Public keys of those who can read it; not known of a file made by hand. */
  recipients: z.array(z.string()).optional(),
});

const tags = z.record(z.string(), z.string());

type Tags = z.infer<typeof tags>;

const sidecarSchema = z.strictObject({
  opconnect: z.literal("age-file"),
  schema: z.literal(1),
  description: z.string().optional(),
  tags,
  current: version.optional(),
  previous: version.optional(),
  deletedAt: z.iso.datetime().optional(),
});

/** What is known about a secret, in clear. */
export type AgeSidecar = z.infer<typeof sidecarSchema>;

export type AgeVersion = z.infer<typeof version>;

/**
 * Reads what is known about a secret. Of an age file made by hand nothing is; `undefined` if there
 * is none either.
 * @throws `STORE_CONTENT_INVALID` if it is not what opconnect writes, e.g. in the middle of a merge.
 */
export async function readSidecar(files: AgeFiles): Promise<AgeSidecar | undefined> {
  const sidecar = await readDescribed(files);
  if (sidecar === undefined) return undefined;
  const { lasting } = parted(sidecar.tags);
  return { ...sidecar, tags: { ...lasting, ...(await readAnnouncement(files)) } };
}

async function readDescribed(files: AgeFiles): Promise<AgeSidecar | undefined> {
  const text = await unlessAbsent(() => readFile(files.sidecar, "utf8"));
  if (text !== undefined) return parseSidecar(text, files.sidecar);
  const sha256 = await sha256Of(files.current);
  if (sha256 === undefined) return undefined;
  const versionId = versionIdOf(files.secretId, sha256);
  return { opconnect: "age-file", schema: 1, tags: {}, current: { versionId, sha256 } };
}

/**
 * Writes what is known about a secret, so that a change of it is a change of few lines. What is
 * announced is in a file that Git does not keep: in another clone it would pass for left behind what
 * the minting went on to make.
 */
export async function writeSidecar(files: AgeFiles, sidecar: AgeSidecar): Promise<void> {
  const { lasting, announced } = parted(sidecar.tags);
  const isAnnounced = Object.keys(announced).length > 0;
  // Never is there less announced than there may be left behind.
  if (isAnnounced) await writeWhole(files.announcement, JSON.stringify(announced), draftEnding);
  // Parsing puts the fields in the schema's order, so that the same content is the same file.
  const content = sidecarSchema.parse({ ...sidecar, tags: lasting });
  await writeWhole(files.sidecar, `${JSON.stringify(content, null, 2)}\n`, draftEnding);
  if (isAnnounced || (await readAnnouncement(files)) === undefined) return;
  await rm(files.announcement, { force: true });
}

/** One that is not whole is none: only a person can have made it. */
async function readAnnouncement(files: AgeFiles): Promise<Tags | undefined> {
  const text = await unlessAbsent(() => readFile(files.announcement, "utf8"));
  return text === undefined ? undefined : (tags.safeParse(parseJson(text)).data ?? {});
}

/** The tags that say something, in order: those that stay, and those that announce a minting. */
function parted(all: Tags): { readonly lasting: Tags; readonly announced: Tags } {
  const sorted = Object.entries(all)
    .filter(([, value]) => value !== "")
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const isAnnounced = ([key]: readonly [string, string]) => announcementKeys.includes(key);
  return {
    lasting: Object.fromEntries(sorted.filter((tag) => !isAnnounced(tag))),
    announced: Object.fromEntries(sorted.filter(isAnnounced)),
  };
}

/**
 * The file that holds the current value: for a moment that is the next one.
 * @throws `STORE_TAMPERED` if none is the one that is described.
 */
export async function currentFile(files: AgeFiles, { sha256 }: AgeVersion): Promise<string> {
  if ((await sha256Of(files.current)) === sha256) return files.current;
  if ((await sha256Of(files.next)) === sha256) return files.next;
  const isThere = (await sha256Of(files.current)) !== undefined;
  throw tampered(files.current, isThere ? "was changed by something else" : "is missing");
}

/** The file that holds the value before: for a moment that is the current one. */
export async function previousFile(
  files: AgeFiles,
  { sha256 }: AgeVersion,
): Promise<string | undefined> {
  if ((await sha256Of(files.previous)) === sha256) return files.previous;
  return (await sha256Of(files.current)) === sha256 ? files.current : undefined;
}

/** SHA-256 of a file, hex; `undefined` if there is none. */
export async function sha256Of(path: string): Promise<string | undefined> {
  const content = await unlessAbsent(() => readFile(path));
  return content === undefined ? undefined : sha256(content);
}

export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

export function parseSidecar(text: string, file: string): AgeSidecar {
  try {
    return sidecarSchema.parse(JSON.parse(text));
  } catch {
    throw new ConnectError(
      "STORE_CONTENT_INVALID",
      `${file} is not what opconnect writes there.`,
      "If Git could not merge it, take the side of whoever ran `pulumi up` last, and the same side of the age file beside it. If a later release of opconnect wrote it, use that.",
    );
  }
}
