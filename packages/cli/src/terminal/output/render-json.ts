import type { z } from "zod";

/** Renders the result of a command for programs, in the shape that `schema/output.v1.json` tells. */
export function renderJson<T>(_: z.ZodType<T>, result: T): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}
