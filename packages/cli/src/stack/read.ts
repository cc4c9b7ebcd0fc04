import { resolve } from "node:path";
import { ConnectError, parseJson } from "@opconnect/core";
import {
  listStacks,
  parseStackEnvironment,
  readProject,
  type StackEnvironment,
  selectStacks,
} from "@opconnect/fleet";
import { execa } from "execa";
import { findDamage } from "./state-files/damage.ts";
import { locateStateFiles, type StackLocation } from "./state-files/locate.ts";
import { damagedState } from "./state-files/refusals.ts";

/**
 * Reads what a stack says of its environments.
 * @throws `PULUMI_FAILED` if `pulumi` cannot tell, `PULUMI_STATE_DAMAGED` if it cannot since the
 * state's files are damaged, `STACK_NOT_FOUND`, `PULUMI_STACK_UNSUITED` if the stack has no environment.
 */
export async function readStack(location: StackLocation): Promise<StackEnvironment> {
  return environmentOf(await exportStack(location), location);
}

/**
 * What `pulumi stack export` prints.
 * @throws `PULUMI_FAILED`, `PULUMI_STATE_DAMAGED`, `STACK_NOT_FOUND`.
 */
export async function exportStack(location: StackLocation): Promise<unknown> {
  const { folder, stack } = location;
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
  if (exitCode === 0) return parseJson(stdout);
  const files = await locateStateFiles(location);
  const damage = files && (await findDamage(files));
  if (damage !== undefined) throw damagedState(stack, damage);
  if (/no stack named|stack '.*' not found/i.test(stderr)) await refuseUnknown(location);
  throw new ConnectError(
    "PULUMI_FAILED",
    `\`pulumi stack export --stack ${stack}\` failed in ${resolve(folder)}: ${lastLine(stderr)}.`,
    "Name the folder of the stack's project with `--cwd`, and log in to its backend.",
  );
}

/**
 * What an exported stack says of its environments.
 * @throws `PULUMI_STACK_UNSUITED` if it has no environment.
 */
export function environmentOf(
  exported: unknown,
  { folder, stack }: StackLocation,
): StackEnvironment {
  const environment = parseStackEnvironment(exported, (path) => resolve(folder, path));
  const { servers, tokens, accountTokens } = environment;
  if (servers.length + tokens.length + accountTokens.length > 0) return environment;
  throw new ConnectError(
    "PULUMI_STACK_UNSUITED",
    `The stack ${stack} has no environment: neither a Connect server or token, nor the token of a service account.`,
    `Name a stack that has a ConnectEnvironment or a ServiceAccountEnvironment, or make it with \`pulumi up --stack ${stack}\` first.`,
  );
}

/**
 * Names a stack that is not there beside those that are, as commands for many stacks do.
 * @throws `STACK_NOT_FOUND`.
 */
async function refuseUnknown({ folder, stack }: StackLocation): Promise<void> {
  const { stacks } = await listStacks(await readProject(folder));
  selectStacks(stacks, { names: [stack] });
}

function lastLine(text: string): string {
  const [line = ""] = text.trim().split("\n").slice(-1);
  return line.replaceAll(/^error: |\.$/g, "");
}
