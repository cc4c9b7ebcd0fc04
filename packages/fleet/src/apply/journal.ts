import { readFile } from "node:fs/promises";
import { ConnectError, parseJson } from "@opconnect/core";
import { writingFile } from "@opconnect/core/writing-file";
import {
  type FileLock,
  isWithoutLocks,
  remedyWithoutLocks,
  tryFileLock,
} from "@opconnect/provision/file-lock";
import { unlessAbsent, writeWhole } from "@opconnect/provision/write-file";
import { z } from "zod";

/** How far a stack got. Begun and not ended is what a killed run leaves. */
const progressSchema = z.enum(["begun", "done", "failed"]);

const fileSchema = z.strictObject({
  version: z.literal(1),
  purpose: z.string(),
  stacks: z.record(z.string(), progressSchema),
});

type Progress = z.infer<typeof progressSchema>;

/** A stack of a fleet. */
export interface StackName {
  readonly project: string;
  readonly stack: string;
}

/** Which stacks of a fleet a piece of work was done to, so that a second run goes on with the others. */
export interface Journal {
  /** `undefined` if nothing was begun. */
  progressOf(stack: StackName): Progress | undefined;
  /** Ends once it is on disk. @throws `FILE_UNWRITABLE` if it cannot be. */
  note(stack: StackName, progress: Progress): Promise<void>;
  /** Lets another run have it. */
  close(): Promise<void>;
}

/**
 * Opens the journal of a piece of work, and keeps all other runs from it until it is closed.
 * @param purpose What the work is, e.g. the digest of the report that is applied: a journal of
 * something else is refused. Holds no secret.
 * @throws `FLEET_BUSY` if another run has it, `ARGUMENT_INVALID` if it is of other work or no journal,
 * `FILE_UNWRITABLE` if it cannot be kept, or not be locked.
 */
export async function openJournal(path: string, purpose: string): Promise<Journal> {
  const lock = await tryLock(path);
  if (lock === undefined) {
    throw new ConnectError(
      "FLEET_BUSY",
      `Another run is at work with the journal ${path}.`,
      "Wait for its end, and run this again: what was done is not done twice.",
    );
  }
  try {
    const stacks = new Map(Object.entries(await readStacks(path, purpose)));
    let writing = Promise.resolve();
    return {
      progressOf: (stack) => stacks.get(keyOf(stack)),
      note(stack, progress) {
        stacks.set(keyOf(stack), progress);
        writing = writing.then(() => write(path, { purpose, stacks: Object.fromEntries(stacks) }));
        return writing;
      },
      async close() {
        await writing.catch(() => undefined);
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function tryLock(path: string): Promise<FileLock | undefined> {
  try {
    return await writingFile(path, () => tryFileLock(`${path}.lock`));
  } catch (error) {
    if (!isWithoutLocks(error)) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new ConnectError(
      "FILE_UNWRITABLE",
      `The journal ${path} cannot be locked here: ${text}.`,
      remedyWithoutLocks,
    );
  }
}

/** What a journal is of; `undefined` if there is none. */
export async function readPurpose(path: string): Promise<string | undefined> {
  const text = await unlessAbsent(() => readFile(path, "utf8"));
  return text === undefined ? undefined : fileSchema.safeParse(parseJson(text)).data?.purpose;
}

function keyOf({ project, stack }: StackName): string {
  return `${project}/${stack}`;
}

function write(path: string, content: Omit<z.infer<typeof fileSchema>, "version">): Promise<void> {
  const text = `${JSON.stringify({ version: 1, ...content }, undefined, 2)}\n`;
  return writingFile(path, () => writeWhole(path, text));
}

async function readStacks(path: string, purpose: string): Promise<Record<string, Progress>> {
  const text = await unlessAbsent(() => readFile(path, "utf8"));
  if (text === undefined) return {};
  const { data } = fileSchema.safeParse(parseJson(text));
  if (data === undefined) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `${path} is no journal of opconnect's.`,
      "Name another file with --journal, or remove this one.",
    );
  }
  if (data.purpose !== purpose) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `The journal ${path} is of something else than what is asked for now.`,
      "Name another file with --journal; the old one is not needed once its work is done.",
    );
  }
  return data.stacks;
}
