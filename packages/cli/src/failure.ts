import { isConnectError } from "@opconnect/core";

/**
 * What a user reads when a command fails: one paragraph, without stack, for a failure that we
 * foresaw. The stack comes with `OPCONNECT_DEBUG` set.
 */
export function renderFailure(error: unknown, environment: NodeJS.ProcessEnv): string {
  const message = error instanceof Error ? error.message : String(error);
  if (environment.OPCONNECT_DEBUG && error instanceof Error) return `${error.stack ?? message}\n`;
  if (isConnectError(error)) return `opconnect: ${oneParagraph(message)}\n`;
  return `opconnect: ${oneParagraph(message)} (unexpected; set OPCONNECT_DEBUG=1 for the stack)\n`;
}

function oneParagraph(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
