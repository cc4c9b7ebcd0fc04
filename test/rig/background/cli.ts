import { parseArgs } from "node:util";
import { renderPart } from "../parts.ts";
import { printProgress } from "../progress.ts";
import { renderExports } from "./exports.ts";
import {
  type BackgroundRig,
  findBackgroundRig,
  startBackgroundRig,
  stopBackgroundRig,
} from "./rig.ts";

const HELP = `Usage: npm run rig -- <command> [--json]

Everything that \`pulumi up\` of one environment needs, running on this machine.

Commands:
  up      Start it in the background; the first time builds its tools, once
  status  Show its parts, and which of them are real
  env     Print its environment for a shell: eval "$(npm run --silent rig -- env)"
  down    Stop it and remove its folder

Options:
  --json  Print one JSON object
  --help  Show this text

Real parts win over built ones and stand-ins:
  PATH                      pulumi, helm and pulumi-resource-kubernetes
  KUBEBUILDER_ASSETS        Folder of etcd, kube-apiserver and kube-controller-manager
  OPCONNECT_CHART           Folder of 1Password's chart \`connect\`
  OPCONNECT_REAL_PROVIDERS  1: the engine downloads the kubernetes provider
  OPCONNECT_CACHE           Folder for what is built

Exit codes: 0 done · 1 failed, or nothing is up (status, env) · 2 wrong usage
`;

async function main(args: string[]): Promise<number> {
  const usage = parseUsage(args);
  if (usage === undefined) {
    process.stderr.write(HELP);
    return 2;
  }
  const { command, json } = usage;
  if (command === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    return await commands[command](json);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function parseUsage(args: string[]): { command: Command | "help"; json: boolean } | undefined {
  const options = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const { json = false, help = false } = values;
    const [command = "", ...others] = positionals;
    if (help) return { command: "help", json };
    return isCommand(command) && others.length === 0 ? { command, json } : undefined;
  } catch {
    return undefined;
  }
}

function isCommand(word: string): word is Command {
  return Object.hasOwn(commands, word);
}

type Command = "up" | "status" | "env" | "down";

const commands: Record<Command, (json: boolean) => Promise<number>> = {
  async up(json) {
    const rig = await startBackgroundRig(printProgress());
    print(json, rig, () => `${renderStatus(rig)}\n${NEXT_STEPS}`);
    return 0;
  },
  async status(json) {
    const rig = await findBackgroundRig();
    print(json, { up: rig !== undefined, ...rig }, () => (rig ? renderStatus(rig) : NOTHING_UP));
    return rig ? 0 : 1;
  },
  async env(json) {
    const rig = await findBackgroundRig();
    if (!rig) {
      process.stderr.write(NOTHING_UP);
      return 1;
    }
    print(json, rig.env, () => renderExports(rig));
    return 0;
  },
  async down(json) {
    const stopped = await stopBackgroundRig();
    print(json, { stopped }, () => (stopped ? "The rig is down.\n" : NOTHING_UP));
    return 0;
  },
};

function print(json: boolean, value: unknown, render: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(value, undefined, 2)}\n` : render());
}

function renderStatus({ pid, startedAt, dir, logDir, parts }: BackgroundRig): string {
  const width = Math.max(...parts.map(({ name }) => name.length));
  const rows = parts.map((part) => `  ${renderPart(part, width)}`);
  const head = `The rig is up since ${startedAt} (process ${pid}).`;
  return [head, ...rows, `  Folder: ${dir}`, `  Logs:   ${logDir}`, ""].join("\n");
}

const NOTHING_UP = "No rig is up. Start one: npm run rig -- up\n";
const NEXT_STEPS = `
Use it:   eval "$(npm run --silent rig -- env)"
Stop it:  npm run rig -- down
`;

// Last, because everything above must be there.
process.exitCode = await main(process.argv.slice(2));
