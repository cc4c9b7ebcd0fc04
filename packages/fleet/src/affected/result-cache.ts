import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseJson } from "@opconnect/core/json";
import { writeWhole } from "@opconnect/provision/write-file";
import envPaths from "env-paths";
import { type StackReport, stackReportSchema } from "../report/model.ts";

/**
 * Reports of stacks, by what decided about them. A report holds no secret, and a key is a digest.
 * Clock, cluster and credential store decide as well, and are not asked: so nothing is kept for long.
 */
export class ResultCache {
  readonly #folder: string;
  readonly #now: () => number;

  constructor(folder = defaultFolder(), now = Date.now) {
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
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const file = join(this.#folder, name);
      const made = await stat(file).catch(() => undefined);
      if (made && this.#now() - made.mtimeMs > MAX_AGE_MS) await rm(file, { force: true });
    }
  }

  #file(key: string): string {
    return join(this.#folder, `${key}.json`);
  }
}

const MAX_AGE_MS = 12 * 60 * 60 * 1000;

function defaultFolder(): string {
  const base = process.env.OPCONNECT_CACHE || envPaths("opconnect", { suffix: "" }).cache;
  return join(base, "fleet-previews");
}
