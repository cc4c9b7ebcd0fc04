// First process of a container, in mount and PID namespaces of its own (start-container.ts). Reads a
// ContainerEntry from standard input, lays out the container's root folder in a memory file system,
// and becomes the container's process: what had the Secrets in memory is gone then.
import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { ContainerEntry, ContainerMount } from "./entry.ts";
import { type FileTree, planRoot, resolveLinks } from "./root-plan.ts";

const SEARCH_PATH = `${process.env.PATH}:/usr/sbin:/usr/bin:/sbin:/bin`;

const MACHINE: FileTree = {
  kindOf(path) {
    const stats = attempt(() => lstatSync(path));
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) return "link";
    return stats.isDirectory() ? "folder" : "file";
  },
  list: (folder) => attempt(() => readdirSync(folder)) ?? [],
  readLink: (path) => readlinkSync(path),
};

enterContainer(JSON.parse(readFileSync(0, "utf8")) as ContainerEntry);

function enterContainer(entry: ContainerEntry): void {
  const { stage, command, workingFolder, variables } = entry;
  run("mount", ["-n", "-t", "tmpfs", "-o", "mode=0755", "opconnect-rig", stage]);
  const root = join(stage, "root");
  mkdirSync(root);
  writeVolumes(entry);
  const mounts = entry.mounts
    .map((mount) => ({ ...mount, target: resolveLinks(mount.target, MACHINE) }))
    .sort((one, other) => one.target.length - other.target.length);
  layOutRoot(root, stage, mounts);
  const chroot = findProgram("chroot");
  const enterFolder = workingFolder === "/" ? [] : [findProgram("env"), "-C", workingFolder];
  const enter = ["chroot", root, ...enterFolder, ...command];
  if (process.execve === undefined) throw new Error("The rig needs Node 22.15 or newer.");
  process.execve(chroot, enter, { ...variables });
}

function writeVolumes({ stage, volumes }: ContainerEntry): void {
  for (const volume of volumes) {
    const folder = volumeFolder(stage, volume.name);
    mkdirSync(folder, { recursive: true });
    if ("folder" in volume) run("mount", ["-n", "--bind", volume.folder, folder]);
    else {
      for (const { path, content, mode } of volume.files) {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, Buffer.from(content, "base64"), { mode });
      }
    }
  }
}

/** All mounts run in one shell: a process for each would triple the time that a start takes. */
function layOutRoot(root: string, stage: string, mounts: readonly ContainerMount[]): void {
  const targets = mounts.map(({ target }) => target);
  const { folders, files, links, binds } = planRoot(targets, MACHINE);
  for (const path of folders) mkdirSync(join(root, path), { recursive: true });
  for (const path of files) writeFileSync(join(root, path), "");
  for (const { path, target } of links) symlinkSync(target, join(root, path));
  const script: string[] = [];
  // What holds the stage comes first, while nothing is mounted below it yet.
  const ordered = binds.toSorted((a, b) => Number(holds(b, stage)) - Number(holds(a, stage)));
  for (const path of ordered) {
    // An entry that cannot be bound (gone meanwhile, say) is missing in the container, no more.
    script.push(`mount -n --rbind ${quote(path)} ${quote(join(root, path))} || :`);
  }
  for (const { source, target, readOnly } of mounts) {
    const from =
      "path" in source ? source.path : join(volumeFolder(stage, source.volume), source.subPath);
    const [quotedFrom, to] = [quote(from), quote(join(root, target))];
    script.push(
      `if [ -d ${quotedFrom} ]; then mkdir -p ${to}`,
      `else mkdir -p ${quote(dirname(join(root, target)))}; [ -e ${to} ] || : > ${to}; fi`,
      `mount -n --bind ${quotedFrom} ${to}`,
    );
    if (readOnly) script.push(`mount -n -o remount,bind,ro ${to}`);
  }
  run("/bin/sh", ["-e"], script.join("\n"));
}

function volumeFolder(stage: string, name: string): string {
  return join(stage, "volumes", name);
}

function holds(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

function run(command: string, args: readonly string[], input = ""): void {
  const env = { PATH: SEARCH_PATH };
  execFileSync(command, args, { input, env, stdio: ["pipe", "inherit", "inherit"] });
}

function findProgram(name: string): string {
  const candidates = SEARCH_PATH.split(delimiter).map((folder) => join(folder, name));
  const found = candidates.find((path) => attempt(() => statSync(path).isFile()));
  if (found === undefined) throw new Error(`${name} is not on PATH.`);
  return found;
}

/** What this user may not look at is as good as absent: the container could not see it either. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
