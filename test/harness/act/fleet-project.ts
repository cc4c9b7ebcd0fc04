import { existsSync } from "node:fs";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import type { RigAccess } from "../rig-access.ts";
import type { CommandRun } from "./opconnect.ts";

/** A Pulumi project with many stacks. */
export interface FleetFolder {
  readonly dir: string;
  /** Writes a stack's configuration, and makes the stack if it is not there. */
  configure(stack: string, config: Readonly<Record<string, unknown>>): Promise<void>;
  /** Runs `pulumi` in the project. */
  pulumi(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<CommandRun>;
  /** Gives a stack the state of another one, as if it had been brought up itself. */
  copyState(from: string, to: string): Promise<void>;
}

const repository = join(import.meta.dirname, "../../..");

/**
 * Lays a project into the rig's folder.
 * @param name Name of the project; one that the program's own `Pulumi.yaml` gives has to be the same.
 * @param program Folder of the program that it gets.
 */
export async function createFleetFolder(
  rig: RigAccess,
  name: string,
  program: string,
): Promise<FleetFolder> {
  const dir = join(rig.dir, "projects", name);
  await mkdir(dir, { recursive: true });
  await cp(program, dir, { recursive: true });
  await symlink(join(repository, "node_modules"), join(dir, "node_modules"));
  const project = join(dir, "Pulumi.yaml");
  if (!existsSync(project)) await writeFile(project, stringify({ name, runtime: "nodejs" }));

  const pulumi: FleetFolder["pulumi"] = async (words, env = {}) => {
    const { exitCode, stdout, stderr } = await execa("pulumi", [...words, "--non-interactive"], {
      cwd: dir,
      env: { ...rig.env, ...env },
      extendEnv: false,
      reject: false,
      stdin: "ignore",
    });
    return { exitCode, stdout, stderr };
  };
  const demand = async (words: readonly string[]) => {
    const { exitCode, stdout, stderr } = await pulumi(words);
    if (exitCode !== 0) throw new Error(`pulumi ${words.join(" ")}: ${stderr}`);
    return stdout;
  };
  return {
    dir,
    pulumi,
    async configure(stack, config) {
      const file = join(dir, `Pulumi.${stack}.yaml`);
      const old = await readFile(file, "utf8").catch(() => undefined);
      const salt = /^encryptionsalt: .*$/m.exec(old ?? "")?.[0] ?? "";
      const entries = Object.entries(config).map(([key, value]) => [`${name}:${key}`, value]);
      const text = stringify({ config: Object.fromEntries(entries) });
      await writeFile(file, `${salt}\n${text}`);
      if (old === undefined) await demand(["stack", "init", stack]);
    },
    async copyState(from, to) {
      const state = await demand(["stack", "export", "--stack", from]);
      const file = join(dir, "state.json");
      const renamed = state
        .replaceAll(`urn:pulumi:${from}::`, `urn:pulumi:${to}::`)
        .replaceAll(`pulumi:pulumi:Stack::${name}-${from}"`, `pulumi:pulumi:Stack::${name}-${to}"`);
      await writeFile(file, renamed);
      await demand(["stack", "import", "--stack", to, "--file", file]);
    },
  };
}
