import { Interrupted } from "./interrupted.ts";

type Prompts = typeof import("@inquirer/prompts");

/**
 * Asks a question on standard error, as standard output is for a result.
 * @throws {@link Interrupted} if the user ends the program there, by ^C, ^D or by closing the
 * terminal.
 */
export async function asked<T>(
  question: (
    prompts: Prompts,
    context: { readonly output: NodeJS.WriteStream; readonly signal: AbortSignal },
  ) => Promise<T>,
): Promise<T> {
  const prompts = await import("@inquirer/prompts");
  const ended = new AbortController();
  const end = () => ended.abort();
  // ^D closes what reads the answers, and nothing else tells of it.
  const endAtEof = (_: unknown, key?: { readonly ctrl?: boolean; readonly name?: string }) => {
    if (key?.ctrl === true && key.name === "d") end();
  };
  process.stdin.on("keypress", endAtEof).once("end", end);
  try {
    return await question(prompts, { output: process.stderr, signal: ended.signal });
  } catch (error) {
    if (error instanceof Error && /^(ExitPrompt|AbortPrompt)Error$/.test(error.name)) {
      throw new Interrupted();
    }
    throw error;
  } finally {
    process.stdin.off("keypress", endAtEof).off("end", end);
  }
}
