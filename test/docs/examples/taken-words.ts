import { readFile } from "node:fs/promises";
import { z } from "zod";
import { createProgram } from "../../../packages/cli/src/program.ts";

/** The words that `npx-stand-in.mjs` kept of each call, all of which opconnect's own parser takes. */
export async function takenWords(file: string): Promise<readonly (readonly string[])[]> {
  const calls = (await readFile(file, "utf8"))
    .trim()
    .split("\n")
    .map((line) => z.array(z.string()).parse(JSON.parse(line)));
  for (const words of calls) {
    const program = createProgram("0.0.0");
    for (const command of program.commands) command.action(() => undefined);
    await program.parseAsync([...words], { from: "user" });
  }
  return calls;
}
