import { isConnectError } from "@opconnect/core/connect-error";
import { withoutSecrets } from "@opconnect/core/without-secrets";

/**
 * Says on stderr why a command failed.
 * @returns Exit code: {@link wrongUsage} for what can only be the caller's mistake, else 1.
 */
export function reportFailure(error: unknown): number {
  process.stderr.write(renderFailure(error, process.env));
  return isConnectError(error) && callersMistake.test(error.code) ? wrongUsage : 1;
}

/**
 * Exit code of every command that was called wrongly, `EX_USAGE` of sysexits.h: 2 says of some
 * commands that there are changes, and is no other's.
 */
export const wrongUsage = 64;

const callersMistake = /^(ARGUMENT_INVALID|SHARD_INVALID|CONVENTION_\w+|TOKEN_EXPIRY_INVALID)$/;

/**
 * What a user reads when a command fails: one paragraph, without stack, for a failure that we
 * foresaw. The stack comes with `OPCONNECT_DEBUG` set.
 */
export function renderFailure(error: unknown, env: NodeJS.ProcessEnv): string {
  const message = error instanceof Error ? error.message : String(error);
  if (env.OPCONNECT_DEBUG && error instanceof Error) {
    return `${withoutSecrets(error.stack ?? message)}\n`;
  }
  if (isConnectError(error)) return `opconnect: ${oneParagraph(message)}\n`;
  return `opconnect: ${oneParagraph(withoutSecrets(message))} (unexpected; set OPCONNECT_DEBUG=1 for the stack)\n`;
}

function oneParagraph(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
