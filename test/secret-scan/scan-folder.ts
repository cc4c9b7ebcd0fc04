import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";

/** A file that holds a trace of a secret; never the secret itself. */
export interface Finding {
  readonly place: string;
}

/** Looks through all files below a folder, compressed ones included. */
export async function scanFolder(
  folder: string,
  traces: readonly string[],
  isExempt: (path: string) => boolean = () => false,
): Promise<readonly Finding[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const findings: Finding[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const place = relative(folder, path);
    if (!entry.isFile() || isExempt(place)) continue;
    // A file may go while we look: then it does not outlive anything.
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    const isGzip = content[0] === 0x1f && content[1] === 0x8b;
    if (holdsTrace((isGzip ? gunzipSync(content) : content).toString("latin1"), traces)) {
      findings.push({ place });
    }
  }
  return findings;
}

/** Whether a text holds any of the traces. */
export function holdsTrace(text: string, traces: readonly string[]): boolean {
  return traces.some((trace) => text.includes(trace));
}
