import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseJson } from "@opconnect/core/json";
import { writeWhole } from "@opconnect/provision/write-file";
import { type StackReport, stackReportSchema } from "../report/model.ts";
import { cacheFolder, tidyFolder } from "../workers/cache-folder.ts";

/**
 * Reports of stacks, by what decided about them. A report holds no secret, and a key is a digest.
 * Clock, cluster and credential store decide as well, and are not asked: so nothing is kept for long.
 */
export class ResultCache {
  readonly #folder: string;
  readonly #now: () => number;

  constructor(folder = cacheFolder("fleet-previews"), now = Date.now) {
    this.#folder = folder;
    this.#now = now;
  }

  /** The report of this key, and when it was made. */
  async find(
    key: string,
  ): Promise<{ readonly report: StackReport; readonly at: Date } | undefined> {
    const file = this.#file(key);
    const made = await stat(file).catch(() => undefined);
    if (made === undefined || this.#now() - made.mtimeMs > MAX_AGE_MS) return undefined;
    const text = await readFile(file, "utf8").catch(() => "");
    const { success, data } = stackReportSchema.safeParse(parseJson(text));
    return success ? { report: data, at: made.mtime } : undefined;
  }

  /** A cache that cannot be written, on a full disk for one, is none. */
  async keep(key: string, report: StackReport): Promise<void> {
    if (report.outcome === "failed") return;
    await writeWhole(this.#file(key), JSON.stringify(report)).catch(() => {});
  }

  /** Removes what is too old to be of use. */
  async tidy(): Promise<void> {
    await tidyFolder(this.#folder, MAX_AGE_MS, this.#now);
  }

  #file(key: string): string {
    return join(this.#folder, `${key}.json`);
  }
}

const MAX_AGE_MS = 12 * 60 * 60 * 1000;
