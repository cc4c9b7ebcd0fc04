import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { parseJson } from "@opconnect/core/json";
import { isProcessRunning } from "@opconnect/provision/running-process";
import { unlessAbsent } from "@opconnect/provision/write-file";
import { z } from "zod";

/** The lock that an update of a stack holds while it runs. */
export interface StackLock {
  readonly file: string;
  /** Who took it, as far as it tells, e.g. `"ann@laptop (process 4711) at 2026-05-05T12:00:00Z"`. */
  readonly holder: string;
  /**
   * Whether it names a host of this name, on which no such process runs. It may be another machine
   * or container of that name: Pulumi notes neither machine nor boot.
   */
  readonly isMissing: boolean;
}

/** Reads the locks of a stack. */
export async function readLocks(folder: string): Promise<readonly StackLock[]> {
  const names = (await unlessAbsent(() => readdir(folder))) ?? [];
  const locks = names
    .filter((name) => name.endsWith(".json"))
    .map(async (name): Promise<readonly StackLock[]> => {
      const file = join(folder, name);
      // One that was given back a moment ago is none.
      const text = await unlessAbsent(() => readFile(file, "utf8"));
      return text === undefined ? [] : [lockOf(file, text)];
    });
  return (await Promise.all(locks)).flat();
}

export function lockOf(file: string, text: string): StackLock {
  const { success, data } = lockSchema.safeParse(parseJson(text));
  if (!success) return { file, holder: "a process that it does not name", isMissing: false };
  const { username, hostname: host, pid, timestamp } = data;
  return {
    file,
    holder: `${username}@${host} (process ${pid}) at ${timestamp}`,
    isMissing: host === hostname() && !isProcessRunning(pid),
  };
}

const lockSchema = z.object({
  pid: z.number(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});
