import type { z } from "zod";
import { parseOpJson } from "./op-output.ts";
import type { OpCommand, OpRun } from "./run-op.ts";

/** Runs `op … --format json` and parses what it prints. */
export type OpJson = <T>(command: OpCommand, schema: z.ZodType<T>) => Promise<T>;

/** Binds the `op` that `run` starts. */
export function createOpJson(run: OpRun): OpJson {
  return async (command, schema) => {
    const args = [...command.args, "--format", "json"];
    return parseOpJson(await run({ ...command, args }), schema, command);
  };
}
