import { resolve } from "node:path";
import { ConnectError } from "@opconnect/core";
import { execa } from "execa";
import { parseStackEnvironment, type StackEnvironment } from "./environment.ts";

/** A stack of a Pulumi project. */
export interface StackLocation {
  /** Folder of the project. */
  readonly folder: string;
  /** Name of the stack, e.g. `"acme-prod"`. */
  readonly stack: string;
}

/**
 * Reads what a stack says of its environments.
 * @throws `PULUMI_FAILED` if `pulumi` cannot tell, `PULUMI_STACK_UNSUITED` if the stack has neither
 * Connect server nor Connect token.
 */
export async function readStack({ folder, stack }: StackLocation): Promise<StackEnvironment> {
  const words = ["stack", "export", "--stack", stack, "--cwd", folder, "--non-interactive"];
  const { exitCode, stdout, stderr, code } = await execa("pulumi", words, {
    reject: false,
    stdin: "ignore",
  });
  if (code === "ENOENT") {
    throw new ConnectError(
      "PULUMI_FAILED",
      "There is no `pulumi` on PATH.",
      "Install it: https://www.pulumi.com/docs/install/.",
    );
  }
  if (exitCode !== 0) {
    throw new ConnectError(
      "PULUMI_FAILED",
      `\`pulumi stack export --stack ${stack}\` failed in ${resolve(folder)}: ${lastLine(stderr)}.`,
      "Name the folder of the stack's project with `--cwd`, and log in to its backend.",
    );
  }
  const environment = parseStackEnvironment(JSON.parse(stdout), (path) => resolve(folder, path));
  if (environment.servers.length + environment.tokens.length > 0) return environment;
  throw new ConnectError(
    "PULUMI_STACK_UNSUITED",
    `The stack ${stack} has no Connect server and no Connect token.`,
    `Name a stack that has a ConnectEnvironment, or make it with \`pulumi up --stack ${stack}\` first.`,
  );
}

function lastLine(text: string): string {
  const [line = ""] = text.trim().split("\n").slice(-1);
  return line.replaceAll(/^error: |\.$/g, "");
}
