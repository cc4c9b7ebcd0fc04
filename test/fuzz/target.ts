import fc from "fast-check";
import { isConnectError } from "../../packages/core/src/error/connect-error.ts";
import { showsMark } from "./marked.ts";

/** Something that takes what it is given from outside. */
export interface Target {
  readonly name: string;
  /** Ends in an answer or in an error of ours, whatever it is given, and shows no secret. */
  readonly property: fc.IAsyncPropertyWithHooks<[unknown]>;
}

/** Why an input is a failure. */
export class Shown extends Error {}

/**
 * @param act What is done with an input. It returns what people get to see of it: a text, or an
 * error that is not thrown; anything else, where nobody sees the answer.
 */
export function target<T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  act: (input: T) => unknown,
): Target {
  const property = fc.asyncProperty<[unknown]>(inputs, async (input) => {
    const seen = await attempt(() => act(input as T));
    if (showsMark(seen)) throw new Shown(`It shows a secret: ${seen.slice(0, 300)}`);
  });
  return { name, property };
}

async function attempt(act: () => unknown): Promise<string> {
  try {
    return textOf(await act());
  } catch (error) {
    if (isOurs(error)) return textOf(error);
    throw error;
  }
}

/** Pulumi's own errors carry ours out of a program: only the text survives. */
function isOurs(error: unknown): boolean {
  if (isConnectError(error)) return true;
  return error instanceof Error && /\[[A-Z_]+\]$/.test(error.message);
}

function textOf(seen: unknown): string {
  if (!(seen instanceof Error)) return typeof seen === "string" ? seen : "";
  const { message, stack = "", cause } = seen;
  return [message, stack, JSON.stringify(seen), cause === undefined ? "" : textOf(cause)].join(
    "\n",
  );
}
