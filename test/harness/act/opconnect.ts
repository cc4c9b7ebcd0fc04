import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { RigAccess } from "../rig-access.ts";

const main = fileURLToPath(import.meta.resolve("opconnect/package.json")).replace(
  /package\.json$/,
  "bin/opconnect.js",
);

/** `opconnect` as a test runs it: the program, and what comes before its own arguments. */
export const opconnectCommand = [process.execPath, main] as const;

/** What one run of `opconnect` left behind. */
export interface CommandRun {
  readonly exitCode: number | undefined;
  /** The result. */
  readonly stdout: string;
  /** Progress and errors. */
  readonly stderr: string;
}

/** Runs `opconnect` as a user would, in a folder, without a terminal. */
export async function opconnect(
  rig: RigAccess,
  words: readonly string[],
  { cwd = rig.dir, env = {} }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<CommandRun> {
  const { exitCode, stdout, stderr } = await startOpconnect(rig, words, { cwd, env });
  return { exitCode, stdout, stderr };
}

/** Starts `opconnect` as a group of processes of its own, for tests that interrupt it. */
export function startOpconnect(
  rig: RigAccess,
  words: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
) {
  const [program, ...first] = opconnectCommand;
  return execa(program, [...first, ...words], {
    cwd,
    // What it keeps is the rig's, and goes with it.
    env: { ...rig.env, OPCONNECT_CACHE: join(rig.dir, "cache"), ...env },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    detached: true,
  });
}
