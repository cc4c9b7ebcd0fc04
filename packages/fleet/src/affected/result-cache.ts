import { join } from "node:path";
import { parseJson } from "@opconnect/core/json";
import { z } from "zod";
import { type StackReport, stackReportSchema } from "../report/model.ts";
import { cacheFolder, readCached, tidyFolder, writeCached } from "../workers/cache-folder.ts";

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
    const cached = await readCached(this.#file(key));
    if (cached === undefined || this.#now() - cached.madeAt.getTime() > MAX_AGE_MS)
      return undefined;
    const { data } = keptSchema.safeParse(parseJson(cached.text));
    return data?.key === key ? { report: data.report, at: cached.madeAt } : undefined;
  }

  async keep(key: string, report: StackReport): Promise<void> {
    if (report.outcome === "failed") return;
    await writeCached(this.#file(key), JSON.stringify({ key, report }));
  }

  /** Removes what is too old to be of use. */
  async tidy(): Promise<void> {
    await tidyFolder(this.#folder, MAX_AGE_MS, this.#now);
  }

  #file(key: string): string {
    return join(this.#folder, `${key}.json`);
  }
}

const keptSchema = z.object({ key: z.string(), report: stackReportSchema });

const MAX_AGE_MS = 12 * 60 * 60 * 1000;
