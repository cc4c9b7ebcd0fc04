import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes the private folder of a rig, and removes those that killed rigs left behind. */
export async function createRigFolder(): Promise<string> {
  await removeAbandonedFolders();
  const dir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  for (const name of ["bin", "op-bin", "logs", "tmp"]) await mkdir(join(dir, name));
  return dir;
}

/** Whether a path lies in the folder of a rig, whichever. */
export function isInRigFolder(path: string): boolean {
  return path.includes(`/${PREFIX}`);
}

/** Removes the folders whose process is gone, once their logs are not read any more. */
async function removeAbandonedFolders(): Promise<void> {
  const names = await readdir(tmpdir());
  for (const name of names.filter((candidate) => candidate.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    const owner = Number.parseInt(name.slice(PREFIX.length), 10);
    // Another run may remove it at the same time.
    const found = await stat(folder).catch(() => undefined);
    if (found === undefined || found.uid !== process.getuid?.() || isAlive(owner)) continue;
    if (Date.now() - found.mtimeMs < KEEP_MS) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const PREFIX = "opconnect-rig-";
const KEEP_MS = 3_600_000;
