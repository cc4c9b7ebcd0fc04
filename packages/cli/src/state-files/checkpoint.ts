import { readFile } from "node:fs/promises";
import { parseJson } from "@opconnect/core/json";
import { unlessAbsent } from "@opconnect/provision/write-file";
import { z } from "zod";

/** A state as a backend of files keeps it. */
export interface Checkpoint {
  readonly file: string;
  readonly text: string;
  /** When the engine made it. */
  readonly madeAt: Date;
  /** What `pulumi stack export` prints of it. */
  readonly exported: object;
}

/** Reads a state; `undefined` if there is none, or it is not whole. */
export async function readCheckpoint(file: string): Promise<Checkpoint | undefined> {
  const text = await unlessAbsent(() => readFile(file, "utf8"));
  const { success, data } = checkpointSchema.safeParse(parseJson(text ?? ""));
  if (!success || text === undefined) return undefined;
  const { version, checkpoint } = data;
  const madeAt = new Date(checkpoint.latest?.manifest.time ?? 0);
  return { file, text, madeAt, exported: { version, deployment: checkpoint.latest ?? {} } };
}

const checkpointSchema = z.object({
  version: z.number(),
  checkpoint: z.object({
    /** None for a stack that was never updated. */
    latest: z.looseObject({ manifest: z.looseObject({ time: z.string() }) }).nullish(),
  }),
});
