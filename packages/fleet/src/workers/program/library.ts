import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { readManifest } from "./entry.ts";

/** Whether a file is the program's own, rather than that of a library. */
export function isOwn(url: string): boolean {
  return !url.includes("/node_modules/") && !keepsNothing(url);
}

/**
 * Whether a file is of a library that knows of stacks, and keeps nothing of one for the next: Pulumi's
 * own drop it themselves, and ours have none, be they installed or linked.
 */
export function keepsNothing(url: string): boolean {
  if (url.includes("/node_modules/@pulumi/")) return true;
  if (!url.startsWith("file:")) return false;
  const folder = dirname(fileURLToPath(url));
  const isOurs = known.get(folder) ?? isOfOurs(folder);
  known.set(folder, isOurs);
  return isOurs;
}

function isOfOurs(folder: string): boolean {
  const name = readManifest(folder)?.content.name;
  return typeof name === "string" && name.startsWith("@opconnect/");
}

const known = new Map<string, boolean>();
