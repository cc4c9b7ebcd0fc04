import { failureOf, isConnectError } from "@opconnect/core/connect-error";
import { withoutSecrets } from "@opconnect/core/without-secrets";
import { CommanderError } from "commander";
import { z } from "zod";
import { renderJson } from "./render-json.ts";

/** What is wrong, as whole sentences, and the code that is the same in every release. */
export const failure = z.object({
  code: z.string(),
  happened: z.string(),
  remedy: z.string(),
});

/** What a command prints that could not do what it was called for. */
export const failedCommand = z.object({ error: failure });

/**
 * What a program reads when a command fails that was to print JSON: one object, in the place of the
 * result.
 */
export function renderFailureJson(error: unknown): string {
  if (isConnectError(error)) return renderJson(failedCommand, { error: failureOf(error) });
  const message = error instanceof Error ? error.message : String(error);
  const happened = withoutSecrets(message).replaceAll(/\s+/g, " ").trim();
  const unexpected = error instanceof CommanderError ? misuse : fault;
  return renderJson(failedCommand, { error: { happened, ...unexpected } });
}

const misuse = {
  code: "ARGUMENT_INVALID",
  remedy: "Run the command with --help to see what it takes.",
};

const fault = { code: "UNEXPECTED", remedy: "Set OPCONNECT_DEBUG=1 for the stack." };
