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
  return text === undefined ? undefined : checkpointOf(file, text);
}

export function checkpointOf(file: string, text: string): Checkpoint | undefined {
  const { success, data } = checkpointSchema.safeParse(parseJson(text));
  if (!success) return undefined;
  const { version, checkpoint } = data;
  const madeAt = checkpoint.latest?.manifest.time ?? new Date(0);
  return { file, text, madeAt, exported: { version, deployment: checkpoint.latest ?? {} } };
}

const checkpointSchema = z.object({
  version: z.number(),
  checkpoint: z.object({
    /** None for a stack that was never updated. */
    latest: z
      .looseObject({ manifest: z.looseObject({ time: z.coerce.date().catch(new Date(0)) }) })
      .nullish(),
  }),
});
