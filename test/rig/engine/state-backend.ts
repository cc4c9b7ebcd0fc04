import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * URL of a state backend in a folder. A state of its own is replaced at once, but the file of
 * attributes that the backend keeps beside it is written in place: an engine killed there leaves it
 * empty, and every later run ends with "failed to load checkpoint: EOF". So none is kept.
 * @see https://pkg.go.dev/gocloud.dev@v0.46.0/blob/fileblob#URLOpener metadata=skip
 */
export function stateBackendUrl(folder: string): string {
  return `${pathToFileURL(folder)}?metadata=skip`;
}

/** File of a project's stack `main` in such a folder. */
export function stateFile(folder: string, project: string): string {
  return join(folder, ".pulumi", "stacks", project, "main.json");
}
