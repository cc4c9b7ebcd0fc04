import { posix } from "node:path";

export type PathKind = "folder" | "file" | "link";

/** The part of a file system that a plan looks at. */
export interface FileTree {
  kindOf(path: string): PathKind | undefined;
  list(folder: string): readonly string[];
  readLink(path: string): string;
}

/** How to lay out a root folder that shows this machine, plus places to mount on. */
export interface RootPlan {
  /** Folders to make, parents first. */
  readonly folders: readonly string[];
  /** Empty files to make: what a file is bound on. */
  readonly files: readonly string[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** Paths of this machine to bind at the same path of the new root. */
  readonly binds: readonly string[];
}

/**
 * Plans a root folder in which every mount point exists, without making one on this machine.
 * A chart mounts on paths such as `/home/opuser/.op`. Where such a path is missing, each folder above
 * it that does exist is mirrored: made anew, its entries bound one by one. So nothing is hidden,
 * wherever the checkout, its node_modules or a tool cache may lie, and no file appears outside the
 * container. An overlay would do the same, but not in every container runtime.
 * @param mountPoints Absolute, with links resolved (see {@link resolveLinks}).
 */
export function planRoot(mountPoints: readonly string[], machine: FileTree): RootPlan {
  const mirrored = new Set(["/"]);
  for (const mountPoint of mountPoints) {
    if (machine.kindOf(mountPoint) !== undefined) continue;
    for (const folder of foldersAbove(mountPoint)) {
      if (machine.kindOf(folder) === "folder") mirrored.add(folder);
    }
  }
  const folders: string[] = [];
  const files: string[] = [];
  const links: { path: string; target: string }[] = [];
  const binds: string[] = [];
  for (const parent of [...mirrored].sort()) {
    for (const name of machine.list(parent)) {
      const path = posix.join(parent, name);
      const kind = machine.kindOf(path);
      if (kind === "link") links.push({ path, target: machine.readLink(path) });
      if (kind === "folder") folders.push(path);
      if (kind === "file") files.push(path);
      if ((kind === "folder" || kind === "file") && !mirrored.has(path)) binds.push(path);
    }
  }
  return { folders, files, links, binds };
}

/** Follows the links in a path, also where its end does not exist: `/var/run/a` is `/run/a`. */
export function resolveLinks(path: string, machine: FileTree): string {
  let resolved = "/";
  const rest = path.split("/").filter(Boolean);
  for (let steps = 0; rest.length > 0; steps += 1) {
    if (steps > 255) throw new Error(`${path} has too many links`);
    const next = posix.resolve(resolved, rest.shift() ?? "");
    if (machine.kindOf(next) !== "link") resolved = next;
    else {
      const target = posix.resolve(resolved, machine.readLink(next));
      rest.unshift(...target.split("/").filter(Boolean));
      resolved = "/";
    }
  }
  return resolved;
}

function foldersAbove(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === path ? [] : [...foldersAbove(parent), parent];
}
