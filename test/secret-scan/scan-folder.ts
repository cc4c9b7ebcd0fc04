import { Buffer } from "node:buffer";
import type { Dirent } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Finding } from "./finding.ts";
import type { TraceFinder } from "./trace-finder.ts";

export interface FolderScan {
  /**
   * Files and folders to pass over, by their path below the folder.
   * @default - none
   */
  readonly isExempt?: (path: string) => boolean;
  /**
   * Leaves out files that nobody has touched since: they are older than the secrets.
   * @default - all files count
   */
  readonly since?: Date;
}

/** Looks through all files below a folder, compressed ones and the names of all included. */
export async function scanFolder(
  folder: string,
  holdsTrace: TraceFinder,
  { isExempt = () => false, since = new Date(0) }: FolderScan = {},
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const waiting = [folder];
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    for (const entry of await listFolder(current)) {
      const path = join(current, entry.name);
      const place = relative(folder, path);
      if (isExempt(place)) continue;
      if (holdsTrace(entry.name))
        findings.push({ place: `a name in ${relative(folder, current)}/` });
      else if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile() && holdsTrace(await readContent(path, since))) {
        findings.push({ place });
      }
    }
  }
  return findings;
}

/** A folder may go while we look, and another user's is closed: what it holds is not ours. */
async function listFolder(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

/** A file may go while we look: then it does not outlive anything. */
async function readContent(path: string, since: Date): Promise<Buffer> {
  const nothing = Buffer.alloc(0);
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined || stats.ctime < since) return nothing;
  const content = await readFile(path).catch(() => nothing);
  return isGzip(content) ? Buffer.concat([content, unpack(content)]) : content;
}

function isGzip(content: Buffer): boolean {
  return content[0] === 0x1f && content[1] === 0x8b;
}

function unpack(content: Buffer): Buffer {
  try {
    return gunzipSync(content);
  } catch {
    return Buffer.alloc(0);
  }
}
