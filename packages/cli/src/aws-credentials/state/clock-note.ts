import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isRecord } from "@opconnect/core/json";
import { readState, stateFolder, writeState } from "./folder.ts";

/**
 * How many seconds this machine's clock was behind that of AWS at the last renewal; a clock that is
 * ahead only makes sessions end early, and counts as right.
 */
export async function readClockNote(env: NodeJS.ProcessEnv): Promise<number> {
  const note = await readState(notePath(env));
  const behindSeconds = isRecord(note) ? note.behindSeconds : undefined;
  return typeof behindSeconds === "number" && behindSeconds > 0 ? behindSeconds : 0;
}

/** Notes it, or forgets it where the clock is about right. */
export async function writeClockNote(env: NodeJS.ProcessEnv, behindSeconds: number): Promise<void> {
  const path = notePath(env);
  try {
    if (behindSeconds >= toleratedSeconds) await writeState(path, { behindSeconds });
    else await rm(path, { force: true });
  } catch {
    // Without the note a session may be handed out a little too long.
  }
}

/** A second or two are the way to AWS and back. */
const toleratedSeconds = 20;

function notePath(env: NodeJS.ProcessEnv): string {
  return join(stateFolder(env), "clock.json");
}
