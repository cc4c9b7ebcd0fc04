import execa from "execa";

/** A program that builds a tool: where it runs, and what to say when it is not installed. */
export interface BuildCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What a person does when `command` is missing. */
  readonly remedy: string;
}

/**
 * Runs one build command and returns its standard output.
 * @throws an Error with the remedy if the command is not installed, else with the end of its output.
 */
export async function runBuildCommand(build: BuildCommand): Promise<string> {
  const { command, args, cwd, env = {}, remedy } = build;
  const result = await execa(command, [...args], { cwd, env, reject: false, cleanup: true });
  if (result.exitCode === 0) return result.stdout;
  if (result.exitCode === undefined && !result.killed) {
    throw new Error(`\`${command}\` could not be started. ${remedy}`);
  }
  const end = result.stderr.split("\n").slice(-20).join("\n");
  throw new Error(`\`${command} ${args.join(" ")}\` failed (exit ${result.exitCode}):\n${end}`);
}
