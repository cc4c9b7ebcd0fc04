import { execa } from "execa";
import type { StackLocation } from "./read.ts";

/**
 * Runs `pulumi up` as the user would, on the user's own terminal; what it prints goes to standard
 * error. An interrupt reaches it from the terminal, and it ends in order: so it is not passed on.
 * @returns Its exit code.
 */
export async function runUp(
  { folder, stack }: StackLocation,
  words: readonly string[],
): Promise<number> {
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  try {
    const up = ["up", "--stack", stack, "--cwd", folder, ...words];
    const { exitCode = 1 } = await execa("pulumi", up, {
      reject: false,
      stdin: "inherit",
      stdout: process.stderr,
      stderr: process.stderr,
    });
    return exitCode;
  } finally {
    process.off("SIGINT", ignore);
  }
}
