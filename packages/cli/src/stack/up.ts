import { execa } from "execa";
import type { StackLocation } from "./state-files/locate.ts";

/** How an update ended. */
export interface UpdateEnd {
  /** None if it was killed, or never started. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
}

/**
 * Runs `pulumi up`, or `pulumi preview`, as the user would, on the user's own terminal; what it prints goes to standard
 * error. ^C and the end of a terminal reach it from there, so they are not passed on: of a second
 * one it would leave off in the middle.
 * @param terminated Has it end in order.
 */
export async function runPulumi(
  command: "up" | "preview",
  { folder, stack }: StackLocation,
  words: readonly string[],
  terminated: AbortSignal,
): Promise<UpdateEnd> {
  const run = execa("pulumi", [command, "--stack", stack, "--cwd", folder, ...words], {
    reject: false,
    stdin: "inherit",
    stdout: process.stderr,
    stderr: process.stderr,
  });
  const terminate = () => void run.kill("SIGTERM");
  terminated.addEventListener("abort", terminate);
  try {
    const { exitCode, signal } = await run;
    return { exitCode, signal };
  } finally {
    terminated.removeEventListener("abort", terminate);
  }
}
