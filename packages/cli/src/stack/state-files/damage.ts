import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isRecord, parseJson } from "@opconnect/core/json";
import { unlessAbsent, writeWhole } from "@opconnect/provision/write-file";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import type { StateFiles } from "./locate.ts";

/** What keeps Pulumi from reading a state that is there. */
export type StateDamage =
  /** The state is whole. The file of attributes beside it, which is written in place, is not. */
  | { readonly part: "attributes"; readonly files: StateFiles; readonly whole: Checkpoint }
  /** The state is cut off. `whole` is the newest copy of it that is not, if there is one. */
  | {
      readonly part: "state";
      readonly files: StateFiles;
      readonly whole: Checkpoint | undefined;
    };

/**
 * Looks for what a run that was killed, or a machine that went down, can leave of a state. Pulumi
 * calls all of it "failed to load checkpoint".
 * @see https://pkg.go.dev/gocloud.dev/blob/fileblob on the file of attributes
 */
export async function findDamage(files: StateFiles): Promise<StateDamage | undefined> {
  const text = await unlessAbsent(() => readFile(files.state, "utf8"));
  if (text === undefined) return undefined;
  const whole = await readCheckpoint(files.state);
  if (whole === undefined) return { part: "state", files, whole: await newestCopy(files) };
  const attributes = await unlessAbsent(() => readFile(attributesOf(files), "utf8"));
  const isRead = attributes === undefined || isRecord(parseJson(attributes));
  return isRead ? undefined : { part: "attributes", files, whole };
}

/**
 * Puts it right. A state that is cut off is kept beside the copy that takes its place.
 * @returns What was done, as a sentence; `undefined` where there is no whole copy.
 */
export async function mendDamage(damage: StateDamage): Promise<string | undefined> {
  const { files, whole } = damage;
  if (whole === undefined) return undefined;
  switch (damage.part) {
    case "attributes":
      await rm(attributesOf(files));
      return `The file ${attributesOf(files)} was empty or cut off, which kept Pulumi from reading the state: it is deleted, and the state is as it was.`;
    case "state": {
      // Nothing that Pulumi takes for a stack.
      const kept = `${files.state}.damaged-${Date.now()}`;
      await rename(files.state, kept);
      await writeWhole(files.state, whole.text);
      await rm(attributesOf(files), { force: true });
      return `The state was cut off, and is again as ${whole.file} has it from ${whole.madeAt.toISOString()}; what was there is in ${kept}.`;
    }
  }
}

export function attributesOf({ state }: StateFiles): string {
  return `${state}.attrs`;
}

/** Before each write the engine copies the state, and after each update into the history. */
async function newestCopy({ state, history }: StateFiles): Promise<Checkpoint | undefined> {
  const past = (await unlessAbsent(() => readdir(history))) ?? [];
  const copies = past.filter((name) => name.endsWith(".checkpoint.json"));
  const files = [`${state}.bak`, ...copies.map((name) => join(history, name))];
  const found = (await Promise.all(files.map(readCheckpoint))).filter((each) => each !== undefined);
  return found.toSorted((one, other) => other.madeAt.getTime() - one.madeAt.getTime())[0];
}
