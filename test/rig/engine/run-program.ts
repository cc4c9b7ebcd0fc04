import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type messages from "@pulumi/pulumi/proto/language_pb.js";

/** How a program ended: no error, one the user has seen, or one to show. */
export interface ProgramEnd {
  /** Empty if there is none to show. */
  readonly error: string;
  /** The program failed and said why. */
  readonly shown: boolean;
}

/**
 * Runs a Pulumi program in a Node process of its own, through `@pulumi/pulumi/cmd/run` as the
 * program's folder resolves it.
 */
export function runProgram(
  request: messages.RunRequest,
  engineAddress: string,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const runtime = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const options = readOptions(request);
  const args = [...options.nodeArgs, runtime, ...runtimeArguments(request, engineAddress)];
  const env = { ...process.env, ...runtimeEnvironment(request), ...options.env };
  // The engine shows what a host prints after its port as output of the program.
  const program = spawn(process.execPath, args, { env, stdio: ["ignore", "inherit", "inherit"] });
  signal.addEventListener("abort", () => program.kill("SIGINT"), { once: true });
  // Where the engine was killed, this host ends by itself and takes the program along.
  process.once("exit", () => program.kill("SIGKILL"));
  return new Promise((resolve, reject) => {
    program.once("error", reject);
    program.once("exit", (code, killedBy) => resolve(describeEnd(code, killedBy)));
  });
}

function readOptions(request: messages.RunRequest): {
  env: Record<string, string>;
  nodeArgs: readonly string[];
} {
  const options: ProgramOptions = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  const { typescript = true, tsconfig, nodeargs = "" } = options;
  return {
    env: {
      ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
      ...(tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
    },
    nodeArgs: nodeargs.split(/\s+/).filter((word) => word !== ""),
  };
}

function runtimeArguments(request: messages.RunRequest, engineAddress: string): readonly string[] {
  const info = request.getInfo();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: info?.getProgramDirectory() ?? request.getPwd(),
    parallel: String(request.getParallel()),
  };
  const given = Object.entries(flags).filter(([, value]) => value !== "");
  return [
    ...given.flatMap(([name, value]) => [`--${name}`, value]),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
}

// The runtime reads configuration keys in their long form, `project:config:name`.
function runtimeEnvironment(request: messages.RunRequest): Record<string, string> {
  const entries = request.getConfigMap().toArray() as readonly [string, string][];
  const config = entries.map(([key, value]) => [
    key.replace(/^([^:]+):([^:]+)$/, "$1:config:$2"),
    value,
  ]);
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(config)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

function describeEnd(code: number | null, killedBy: NodeJS.Signals | null): ProgramEnd {
  if (code === 0) return { error: "", shown: false };
  if (code === EXIT_AFTER_MESSAGE) return { error: "", shown: true };
  const cause = code === null ? `by signal ${killedBy}` : `with exit code ${code}`;
  return { error: `The program ended ${cause}.`, shown: false };
}

interface ProgramOptions {
  typescript?: boolean;
  tsconfig?: string;
  nodeargs?: string;
}

/** @see https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/run/index.ts */
const EXIT_AFTER_MESSAGE = 32;
