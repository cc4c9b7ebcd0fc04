import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isRecord, parseJson } from "@opconnect/core/json";
import { unlessAbsent } from "@opconnect/provision/write-file";
import { execa } from "execa";
import { parse } from "yaml";

/** A stack of a Pulumi project. */
export interface StackLocation {
  /** Folder of the project. */
  readonly folder: string;
  /** Name of the stack, e.g. `"acme-prod"`. */
  readonly stack: string;
}

/** Where a state backend of files keeps a stack. */
export interface StateFiles {
  /** The state itself. */
  readonly state: string;
  /** Folder of the states that updates have ended with. */
  readonly history: string;
  /** Folder of the locks of running updates. */
  readonly locks: string;
}

/**
 * Finds the files of a stack; `undefined` where the backend does not keep it in files of this
 * machine, or `pulumi` cannot tell.
 * @see https://www.pulumi.com/docs/iac/concepts/state-and-backends/#local-filesystem
 */
export async function locateStateFiles({
  folder,
  stack,
}: StackLocation): Promise<StateFiles | undefined> {
  const words = ["whoami", "--json", "--cwd", folder, "--non-interactive"];
  const { stdout } = await execa("pulumi", words, { reject: false, stdin: "ignore" });
  const told = parseJson(stdout);
  const url = isRecord(told) && typeof told.url === "string" ? told.url : "";
  if (!url.startsWith("file://")) return undefined;
  const parts = stack.split("/");
  const [project = await projectName(resolve(folder))] = parts.slice(-2, -1);
  const name = parts.at(-1) ?? "";
  if (project === undefined || name === "") return undefined;
  const root = join(folderOf(url, folder), ".pulumi");
  return {
    state: join(root, "stacks", project, `${name}.json`),
    history: join(root, "history", project, name),
    locks: join(root, "locks", "organization", project, name),
  };
}

/** Unlike other URLs, those of Pulumi may be relative, or begin at the home folder. */
function folderOf(url: string, project: string): string {
  const [path = ""] = url.slice("file://".length).split("?");
  if (path.startsWith("~")) return join(homedir(), path.slice(1));
  return path.startsWith("/") ? fileURLToPath(`file://${path}`) : resolve(project, path);
}

/** Name of the project whose folder this is, or lies in. */
async function projectName(folder: string): Promise<string | undefined> {
  for (const file of ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]) {
    const text = await unlessAbsent(() => readFile(join(folder, file), "utf8"));
    const project: unknown = text === undefined ? undefined : parse(text);
    if (isRecord(project) && typeof project.name === "string") return project.name;
  }
  return dirname(folder) === folder ? undefined : projectName(dirname(folder));
}
