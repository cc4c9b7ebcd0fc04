import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { isRecord, parseJson } from "@opconnect/core/json";
import type { FleetProject } from "../../stacks/project.ts";

/** The file that a program starts with. */
export interface ProgramEntry {
  readonly file: string;
  /** Loaded by `import`; else by `require`. */
  readonly isModule: boolean;
}

/**
 * The file that `pulumi` would start a program with; none if there is no such file.
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/run/run.ts
 */
export function findEntry({
  programFolder,
  entryPoint,
}: Pick<FleetProject, "programFolder" | "entryPoint">): ProgramEntry | undefined {
  const manifest = readManifest(programFolder);
  const isModule = manifest?.content.type === "module";
  const named = entryPoint === "." ? manifestEntry(manifest) : undefined;
  const path = named ?? join(programFolder, entryPoint);
  const file = isModule ? moduleFile(path) : requiredFile(path);
  return file === undefined ? undefined : { file: realpathSync(file), isModule };
}

/** Whether a file has to be compiled before Node.js can run it. */
export function isTypeScript(file: string): boolean {
  return [".ts", ".mts", ".cts", ".tsx"].includes(extname(file));
}

/** The nearest `package.json` in a folder or above it. */
export function readManifest(
  folder: string,
): { readonly folder: string; readonly content: Readonly<Record<string, unknown>> } | undefined {
  const file = join(folder, "package.json");
  if (existsSync(file)) {
    const content = parseJson(readFileSync(file, "utf8"));
    return { folder, content: isRecord(content) ? content : {} };
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : readManifest(parent);
}

function manifestEntry(manifest: ReturnType<typeof readManifest>): string | undefined {
  if (manifest === undefined) return undefined;
  const { exports, main } = manifest.content;
  const entry = exports === undefined ? main : mainExport(exports);
  const path = typeof entry === "string" ? join(manifest.folder, entry) : undefined;
  return path !== undefined && existsSync(path) ? path : undefined;
}

function mainExport(exports: unknown): unknown {
  if (!isRecord(exports)) return exports;
  const root = exports["."];
  return isRecord(root) ? (root.default ?? root.require ?? root.import) : root;
}

function moduleFile(path: string): string | undefined {
  if (isFile(path)) return path;
  return ["index.js", "index.mjs", "index.ts", "index.mts"]
    .map((name) => join(path, name))
    .find(isFile);
}

function requiredFile(path: string): string | undefined {
  const endings = ["", ".js", ".json", ".ts", ".tsx"];
  const candidates = [
    ...endings.map((ending) => `${path}${ending}`),
    ...endings.slice(1).map((ending) => join(path, `index${ending}`)),
  ];
  return candidates.find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
