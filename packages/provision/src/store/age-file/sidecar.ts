import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ConnectError } from "@opconnect/core";
import { z } from "zod";
import { unlessAbsent, writeWhole } from "../../process/write-file.ts";
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

const sidecarSchema = z.strictObject({
  opconnect: z.literal("age-file"),
  schema: z.literal(1),
  description: z.string().optional(),
  tags: z.record(z.string(), z.string()),
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
  const text = await unlessAbsent(() => readFile(files.sidecar, "utf8"));
  if (text !== undefined) return parseSidecar(text, files.sidecar);
  const sha256 = await sha256Of(files.current);
  if (sha256 === undefined) return undefined;
  const versionId = versionIdOf(files.secretId, sha256);
  return { opconnect: "age-file", schema: 1, tags: {}, current: { versionId, sha256 } };
}

/** Writes what is known about a secret, so that a change of it is a change of few lines. */
export async function writeSidecar(files: AgeFiles, sidecar: AgeSidecar): Promise<void> {
  const tags = Object.entries(sidecar.tags).filter(([, value]) => value !== "");
  const sorted = tags.sort(([one], [other]) => (one < other ? -1 : 1));
  // Parsing puts the fields in the schema's order, so that the same content is the same file.
  const content = sidecarSchema.parse({ ...sidecar, tags: Object.fromEntries(sorted) });
  await writeWhole(files.sidecar, `${JSON.stringify(content, null, 2)}\n`, draftEnding);
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
      "If Git could not merge it, take one side of it, and the same side of the age file beside it. If a later release of opconnect wrote it, use that.",
    );
  }
}
