import { isConnectError } from "@opconnect/core/connect-error";
import { isRecord } from "@opconnect/core/json";
import type { Doing } from "../report/problems.ts";
import { type PulumiFailure, pulumiFailure } from "../stacks/pulumi-failure.ts";

/**
 * Why the preview of a stack, or its update, failed, where the engine has not told so: in words that hold nothing of
 * what was printed.
 */
export function previewFailure(
  stack: string,
  error: unknown,
  events: readonly unknown[],
  doing: Doing = "preview",
): PulumiFailure | undefined {
  if (isConnectError(error)) {
    const { code, happened, remedy } = error;
    return { code, happened, remedy };
  }
  // Before the engine starts it tells no event; what is printed then is of stack and backend.
  if (events.some((event) => isRecord(event) && "preludeEvent" in event)) return undefined;
  return pulumiFailure(error instanceof Error ? error.message : "", `The ${doing} of ${stack}`);
}

/** The preview took longer than it may. */
export function timedOut(stack: string, timeLimitMs: number): PulumiFailure {
  return {
    code: "PREVIEW_TIMED_OUT",
    happened: `The preview of ${stack} was not done within ${timeLimitMs / 1000} seconds.`,
    remedy: `Raise \`--timeout\`, or look with \`pulumi preview --stack ${stack}\` what it waits for.`,
  };
}

/** Its process ended, twice. */
export function processEnded(stack: string): PulumiFailure {
  return {
    code: "PREVIEW_ENDED",
    happened: `The process that previewed ${stack} ended before it was done, and again alone.`,
    remedy: `Run \`pulumi preview --stack ${stack}\`. If the machine has too little memory, lower \`--parallel\`.`,
  };
}
