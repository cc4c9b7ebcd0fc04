import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { outputs } from "../../../packages/cli/src/terminal/output/json-schema.ts";

type Outputs = typeof outputs;

/**
 * Reads what a command has printed with `--json`, as its published schema tells it.
 * @throws where it lacks a field of that, or has one that is not told there.
 */
export function printedJson<Name extends keyof Outputs>(
  name: Name,
  stdout: string,
): z.output<Outputs[Name]> {
  const printed: unknown = JSON.parse(stdout);
  const read = outputs[name].parse(printed);
  if (!isDeepStrictEqual(read, printed)) {
    throw new Error(`The schema of ${name} does not tell all of this: ${stdout}`);
  }
  return read as z.output<Outputs[Name]>;
}
