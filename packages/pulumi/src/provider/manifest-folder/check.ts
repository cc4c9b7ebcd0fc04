import { isConnectError } from "@opconnect/core";
import { z } from "zod";
import type { Check } from "../crud.ts";
import { hasUnknown, type Properties } from "../property-diff.ts";
import { foreign, readManifest } from "./files.ts";

/** Of a preview: contents may not be known yet. */
const wantedSchema = z.object({
  directory: z.string(),
  mark: z.string(),
  files: z.record(z.string(), z.unknown()),
});

/**
 * Looks at preview already at what lies in the folder: names that another's files have are refused,
 * and what is not there as the state has it, be it changed by hand or of another clone, is named in
 * `drift`, to be written again.
 */
export const check: Check = async (olds, news) => {
  const wanted = wantedSchema.parse(news);
  const known = wantedSchema.safeParse(olds).data;
  const before = known?.directory === wanted.directory ? known.files : {};
  const { drift: _, ...inputs } = news;
  try {
    const drift = await findDrift(wanted, before);
    return { inputs: drift.length === 0 ? inputs : { ...inputs, drift } };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return { inputs, failures: [{ property: "directory", reason: error.message }] };
  }
};

async function findDrift(
  { directory, mark, files }: z.infer<typeof wantedSchema>,
  before: Properties,
): Promise<readonly string[]> {
  const drift: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    const found = await readManifest(directory, name, mark);
    const isOurs = name in before;
    if (found !== undefined && !found.isMarked && !isOurs) throw foreign(directory, name);
    if (!isOurs || hasUnknown(content) || content !== before[name]) continue;
    if (found === undefined || !found.isMarked || found.content !== content) drift.push(name);
  }
  return drift;
}
