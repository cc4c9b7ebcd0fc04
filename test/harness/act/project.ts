import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { type EngineEvent, parseEvents } from "../look/engine-events.ts";

/** Programs under `test/e2e/programs`, and an example. */
export type ProgramName =
  | "with-cluster"
  | "consumers"
  | "handwritten"
  | "minted"
  | "typescript-commonjs"
  | "typescript-esm"
  | "guarded"
  | "service-account"
  | "restarted"
  | "javascript"
  | "own-cluster-provider"
  | "movable"
  | "rearranged"
  | "objects"
  | "delivered";

/** What a project is made from. */
export interface ProjectArgs {
  /** Environment variables of the rig; `pulumi` and `op` are found on its PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the rig, where the project is laid. */
  readonly dir: string;
  /** Unique name of the project; its only stack is called `main`. */
  readonly name: string;
  readonly program?: ProgramName;
  /** Stack configuration. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A Pulumi project of its own with one stack, driven by the command line as a user would. */
export interface Project {
  readonly dir: string;
  /** Replaces the stack configuration. */
  configure(config: Readonly<Record<string, unknown>>): Promise<void>;
  /** Runs `pulumi` with the arguments given, changed environment variables first if any. */
  pulumi(args: readonly string[], env?: Readonly<Record<string, string | undefined>>): Promise<Run>;
  preview(...args: string[]): Promise<Run>;
  up(...args: string[]): Promise<Run>;
  destroy(...args: string[]): Promise<Run>;
  refresh(...args: string[]): Promise<Run>;
  /** The stack's state, as `pulumi stack export` prints it. */
  state(): Promise<string>;
  /** Drops resources from the state, as a crash before it was saved would. */
  forget(urns: RegExp): Promise<void>;
  /** Puts another state in the place of the one there is, as text of both. */
  rewriteState(rewrite: (state: string) => string): Promise<void>;
}

/** What one run of `pulumi` left behind. */
export interface Run {
  readonly exitCode: number | undefined;
  /** Standard output and standard error as they came. */
  readonly output: string;
  readonly events: readonly EngineEvent[];
}

const repository = join(import.meta.dirname, "../../..");

/** Lays a project into the rig's folder and makes its stack. */
export async function createProject(args: ProjectArgs): Promise<Project> {
  const { name, program = "javascript" } = args;
  const dir = join(args.dir, "projects", name);
  await mkdir(dir, { recursive: true });
  const programs = program === "with-cluster" ? "examples" : "test/e2e/programs";
  const source = join(repository, programs, program);
  const filter = (path: string) => !path.includes("node_modules", source.length);
  await cp(source, dir, { recursive: true, filter });
  await symlink(join(repository, "node_modules"), join(dir, "node_modules"));
  // Whatever its programs are in, the runtime loads the compiler, unless it is told not to.
  const typescript = (await readdir(dir)).includes("tsconfig.json");
  const runtime = { name: "nodejs", options: { typescript } };
  await writeFile(join(dir, "Pulumi.yaml"), stringify({ name, runtime }));

  const configure = async (config: Readonly<Record<string, unknown>>) => {
    const entries = Object.entries(config).map(([key, value]) => [`${name}:${key}`, value]);
    const file = join(dir, "Pulumi.main.yaml");
    const salt = /^encryptionsalt: .*$/m.exec(await readFile(file, "utf8").catch(() => ""))?.[0];
    await writeFile(file, `${salt ?? ""}\n${stringify({ config: Object.fromEntries(entries) })}`);
  };
  const pulumi: Project["pulumi"] = async (words, env = {}) => {
    const log = join(dir, "events.json");
    await rm(log, { force: true });
    const logged = ["preview", "up", "destroy", "refresh"].includes(words[0] ?? "");
    const { exitCode, all } = await execa(
      "pulumi",
      [...words, "--non-interactive", ...(logged ? ["--event-log", log] : [])],
      {
        cwd: dir,
        // The engine takes --event-log only with its debug flags on.
        env: { ...args.env, PULUMI_DEBUG_COMMANDS: "true", ...env },
        extendEnv: false,
        reject: false,
        all: true,
        stdin: "ignore",
      },
    );
    const events = logged ? await readFile(log, "utf8").catch(() => "") : "";
    return { exitCode, output: all ?? "", events: parseEvents(events) };
  };

  const rewriteState: Project["rewriteState"] = async (rewrite) => {
    const file = join(dir, "state.json");
    await pulumi(["stack", "export", "--file", file]);
    await writeFile(file, rewrite(await readFile(file, "utf8")));
    const { exitCode, output } = await pulumi(["stack", "import", "--file", file]);
    if (exitCode !== 0) throw new Error(`The state was not taken: ${output}`);
  };

  await configure(args.config);
  const made = await pulumi(["stack", "init", "main"]);
  if (made.exitCode !== 0) throw new Error(`The stack of ${name} was not made: ${made.output}`);
  return {
    dir,
    configure,
    pulumi,
    preview: (...words) => pulumi(["preview", "--diff", ...words]),
    up: (...words) => pulumi(["up", "--yes", "--skip-preview", ...words]),
    destroy: (...words) => pulumi(["destroy", "--yes", "--skip-preview", ...words]),
    refresh: (...words) => pulumi(["refresh", "--yes", "--skip-preview", ...words]),
    state: async () => (await pulumi(["stack", "export"])).output,
    forget: (urns) => rewriteState((state) => withoutResources(state, urns)),
    rewriteState,
  };
}

/** A deployment without some resources, and without what others say of them. */
function withoutResources(text: string, urns: RegExp): string {
  const state: { deployment: { resources: readonly { urn: string }[] } } = JSON.parse(text);
  const kept = state.deployment.resources.filter(({ urn }) => !urns.test(urn));
  const resources = JSON.parse(JSON.stringify(kept), (_, value: unknown) =>
    Array.isArray(value)
      ? value.filter((one) => !(typeof one === "string" && urns.test(one)))
      : value,
  );
  return JSON.stringify({ ...state, deployment: { ...state.deployment, resources } });
}
