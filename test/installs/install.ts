import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { instructionsFor, type Manager, managers } from "./docs.ts";

const repository = join(import.meta.dirname, "../..");

/** What came of an installation. */
export interface Installed {
  /** What the program said at its end: what it made, and whether the provider was found. */
  readonly program: string;
  /** What `node_modules` takes on the disk. */
  readonly sizeMb: number;
}

/** Packs what a program needs, as `npm publish` would. */
export async function packTarballs(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const packages = ["core", "provision", "pulumi"].map((name) => `--workspace=packages/${name}`);
  await execa("npm", ["pack", ...packages, "--pack-destination", folder], { cwd: repository });
}

/**
 * Does in a new project what docs/install.md says for a package manager, and runs a program there.
 * The manager comes from the npm registry, and its caches go with the project.
 * @param tarballs Folder of {@link packTarballs}.
 * @param isWrapped Whether the program depends on a package that depends on the library.
 */
export async function install(
  manager: Manager,
  tarballs: string,
  isWrapped = false,
): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), "opconnect-install-"));
  try {
    const project = join(folder, "project");
    const env = await environmentFor(manager, folder);
    const { manifest, settings, command } = instructionsFor(manager);
    await cp(tarballs, join(project, "tarballs"), { recursive: true });
    const { settingsFile } = managers[manager];
    await writeFile(join(project, "package.json"), JSON.stringify({ private: true, ...manifest }));
    if (settings !== "") await writeFile(join(project, settingsFile), settings);
    if (isWrapped) await wrap(project, settings, settingsFile);
    const words = isWrapped
      ? command.replace(/\S+opconnect-pulumi-\S+/, "@acme/infra@workspace:*")
      : command;
    await execa("bash", ["-c", words], { cwd: project, env, all: true });
    const { stdout } = await execa(
      process.execPath,
      [join(import.meta.dirname, "program/index.cjs"), ...(isWrapped ? ["@acme/infra"] : [])],
      { cwd: project },
    );
    return { program: stdout.trim(), sizeMb: await diskUse(join(project, "node_modules")) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts a package between the program and the library; both come from the workspace then. */
async function wrap(project: string, settings: string, settingsFile: string): Promise<void> {
  const infra = join(project, "infra");
  await cp(join(import.meta.dirname, "wrapper"), infra, { recursive: true });
  const own = 'overrides:\n  "@opconnect/pulumi": file:./tarballs/opconnect-pulumi-0.1.0.tgz\n';
  const all = settings.replace("overrides:\n", own);
  await writeFile(join(project, settingsFile), `packages: [infra]\n${all}`);
}

async function environmentFor(manager: Manager, folder: string): Promise<NodeJS.ProcessEnv> {
  const registry = (await execa("npm", ["config", "get", "registry"])).stdout.trim();
  const own = {
    npm_config_registry: registry,
    YARN_REGISTRY: registry,
    YARN_NPM_REGISTRY_SERVER: registry.replace(/\/$/, ""),
    BUN_CONFIG_REGISTRY: registry,
    YARN_CACHE_FOLDER: join(folder, "yarn"),
    YARN_GLOBAL_FOLDER: join(folder, "yarn-global"),
    YARN_ENABLE_TELEMETRY: "0",
    BUN_INSTALL_CACHE_DIR: join(folder, "bun"),
    pnpm_config_registry: registry,
    pnpm_config_store_dir: join(folder, "pnpm"),
    CI: "",
  };
  const { tool, script } = { tool: undefined, script: undefined, ...managers[manager] };
  if (tool === undefined) return { ...own, PATH: process.env.PATH ?? "" };
  const tools = join(folder, "tools");
  await mkdir(tools);
  await execa("npm", ["install", "--no-audit", "--prefix", tools, tool]);
  if (script !== undefined) {
    await execa(process.execPath, [join(tools, "node_modules", script)], { cwd: tools });
  }
  return { ...own, PATH: `${join(tools, "node_modules/.bin")}:${process.env.PATH}` };
}

async function diskUse(folder: string): Promise<number> {
  const { stdout } = await execa("du", ["-sm", folder]);
  return Number(stdout.split("\t")[0]);
}
