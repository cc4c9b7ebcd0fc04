import { ConnectError } from "@opconnect/core";

/**
 * Asks before something that cannot be taken back. No is the default.
 * @throws `ARGUMENT_INVALID` if there is no terminal to ask at.
 */
export async function confirmed(question: string): Promise<boolean> {
  requireTerminal("This takes a confirmation, and there is no terminal to ask at.");
  const { confirm } = await import("@inquirer/prompts");
  try {
    return await confirm({ message: question, default: false }, { output: process.stderr });
  } catch (error) {
    // ^C at the question is a no.
    if (error instanceof Error && error.name === "ExitPromptError") return false;
    throw error;
  }
}

/** @throws `ARGUMENT_INVALID` with these words if there is no terminal to ask at. */
export function requireTerminal(happened: string, remedy = "Pass `--yes` to go without."): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return;
  throw new ConnectError("ARGUMENT_INVALID", happened, remedy);
}
