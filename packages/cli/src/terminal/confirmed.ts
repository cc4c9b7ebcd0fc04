import { ConnectError } from "@opconnect/core";
import { asked } from "./asked.ts";

/**
 * Asks before something that cannot be taken back. No is the default.
 * @throws `ARGUMENT_INVALID` if there is no terminal to ask at, `Interrupted` at ^C.
 */
export async function confirmed(question: string, usual = false): Promise<boolean> {
  requireTerminal("This takes a confirmation, and there is no terminal to ask at.");
  return asked(({ confirm }, context) => confirm({ message: question, default: usual }, context));
}

/** @throws `ARGUMENT_INVALID` with these words if there is no terminal to ask at. */
export function requireTerminal(happened: string, remedy = "Pass `--yes` to go without."): void {
  if (hasTerminal()) return;
  throw new ConnectError("ARGUMENT_INVALID", happened, remedy);
}

/** Whether there is somebody to ask. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}
