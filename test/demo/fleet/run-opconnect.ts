import { execa } from "execa";
import { opconnectCommand } from "../../harness/act/opconnect.ts";
import { showCommand } from "../narrate.ts";

/**
 * Runs `opconnect` in a folder, its output going to the terminal as it is.
 * @throws if it ends otherwise than expected.
 */
export async function runOpconnect(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  words: readonly string[],
  expected = 0,
): Promise<void> {
  showCommand(["opconnect", ...words]);
  const [program, ...first] = opconnectCommand;
  const { exitCode } = await execa(program, [...first, ...words], {
    cwd,
    env,
    extendEnv: false,
    stdio: "inherit",
    reject: false,
  });
  if (exitCode !== expected) {
    throw new Error(`\`opconnect ${words.join(" ")}\` ended with exit code ${exitCode}.`);
  }
}
