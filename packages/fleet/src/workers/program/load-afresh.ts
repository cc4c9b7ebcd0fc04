import { existsSync } from "node:fs";
import nodeModule, { createRequire } from "node:module";
import { dirname, extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { hasCode } from "@opconnect/core/has-code";
import { isTypeScript, type ProgramEntry, readManifest } from "./entry.ts";
import { isOwn } from "./library.ts";
import { ModuleGraph } from "./module-graph.ts";

/** A program that is loaded again and again in one process. */
export interface AfreshProgram {
  /** Loads the program, and gives what its first file exports. */
  load(): Promise<unknown>;
  /** It keeps something where the next one of the same process would find it. */
  readonly usesGlobals: boolean;
}

/** What a program is loaded from. */
export interface AfreshSource {
  readonly entry: ProgramEntry;
  /** Text of a file that Node.js cannot run as it is. */
  readonly compiled: (file: string) => string;
}

/**
 * Has a program loaded so that nothing of one run reaches the next: whatever of it can see
 * `@pulumi/pulumi`, and so ask which stack it works for, is loaded anew, and so are all files that
 * are in no `node_modules`. Other libraries stay: to load them is most of what a program costs.
 *
 * A file of CommonJS is dropped from `require`'s cache. For one of ESM there is no such cache: it
 * gets another name each time, beside its own, and is told the true one.
 */
export function loadAfresh({ entry, compiled }: AfreshSource): AfreshProgram {
  const graph = new ModuleGraph();
  const formats = new Map<string, string>();
  let run = 0;
  let anew: ReadonlySet<string> = new Set();
  let usesGlobals = false;
  const require = createRequire(entry.file);

  nodeModule.registerHooks({
    resolve(specifier, context, next) {
      const parent = context.parentURL && trueName(context.parentURL);
      const own = parent === undefined ? context : { ...context, parentURL: parent };
      const found = withTypeScript(specifier, parent, () => next(specifier, own));
      if (!found.url.startsWith("file:")) return found;
      if (parent !== undefined && graph.has(parent)) graph.add(parent, found.url);
      if (run === 1 || !anew.has(found.url)) return found;
      if (formats.get(found.url) === "module") {
        return { ...found, url: nameOfRun(found.url, run), format: "module" };
      }
      const isImported = context.conditions.includes("import");
      return isImported ? { ...found, url: `${found.url}?run=${run}` } : found;
    },
    load(url, context, next) {
      const name = trueName(url);
      const file = name.startsWith("file:") ? fileURLToPath(name) : undefined;
      const isOwnFile = file !== undefined && isOwn(name) && graph.has(name);
      const loaded =
        isOwnFile && isTypeScript(file)
          ? { format: formatOf(file), source: compiled(file), shortCircuit: true }
          : next(name, context);
      if (loaded.format) formats.set(name, loaded.format);
      if (isOwnFile && !usesGlobals) usesGlobals = mentionsGlobals(String(loaded.source ?? ""));
      if (url === name || loaded.format !== "module") return loaded;
      return { ...loaded, source: renamed(String(loaded.source ?? ""), name) };
    },
  });

  return {
    async load() {
      run += 1;
      const first = pathToFileURL(entry.file).href;
      graph.add("program:", first);
      anew = graph.loadedAnew(first);
      for (const path of Object.keys(require.cache)) {
        if (anew.has(trueName(pathToFileURL(path).href))) delete require.cache[path];
      }
      if (!entry.isModule) return require(entry.file);
      return defaultOf(await import(first));
    },
    get usesGlobals() {
      return usesGlobals;
    },
  };
}

/** A module's default export stands for all of it, as `pulumi` has it. */
function defaultOf(exports: unknown): unknown {
  if (typeof exports !== "object" || exports === null || !("default" in exports)) return exports;
  if (Object.keys(exports).length === 1) return exports.default;
  throw new Error(
    "expected entrypoint module to have either a default export or named exports but not both",
  );
}

function nameOfRun(url: string, run: number): string {
  const ending = extname(url);
  return `${url.slice(0, url.length - ending.length)}.run-${run}${ending}`;
}

function trueName(url: string): string {
  return url.replace(/\?run=\d+$/, "").replace(/\.run-\d+(\.\w+)$/, "$1");
}

/** On one line with the first one of the file, so that no line moves. */
function renamed(source: string, name: string): string {
  const own = `import.meta.url=${JSON.stringify(name)};import.meta.filename=${JSON.stringify(fileURLToPath(name))};`;
  return `${own}${source.startsWith("#!") ? `//${source}` : source}`;
}

/** Files are imported by the name that they have once compiled, or without an ending. */
function withTypeScript<T extends { readonly url: string }>(
  specifier: string,
  parent: string | undefined,
  next: () => T,
): T | { readonly url: string; readonly shortCircuit: true } {
  try {
    return next();
  } catch (error) {
    const isMissing = ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND", "ERR_UNSUPPORTED_DIR_IMPORT"];
    if (!isMissing.some((code) => hasCode(error, code))) throw error;
    if (parent === undefined || !/^\.{0,2}\//.test(specifier)) throw error;
    const path = fileURLToPath(new URL(specifier, parent));
    const found = typeScriptNames(path).find((name) => existsSync(name));
    if (found === undefined) throw error;
    return { url: pathToFileURL(found).href, shortCircuit: true };
  }
}

function typeScriptNames(path: string): readonly string[] {
  return [
    path.replace(/\.([cm]?)jsx?$/, ".$1ts"),
    path.replace(/\.jsx?$/, ".tsx"),
    ...[".ts", ".tsx", "/index.ts", "/index.tsx"].map((ending) => `${path}${ending}`),
  ].filter((name) => name !== path && isTypeScript(name));
}

function formatOf(file: string): "module" | "commonjs" {
  if (file.endsWith(".mts")) return "module";
  if (file.endsWith(".cts")) return "commonjs";
  return readManifest(dirname(file))?.content.type === "module" ? "module" : "commonjs";
}

function mentionsGlobals(source: string): boolean {
  return /\bglobalThis\b|\bglobal\s*[.[]/.test(source);
}
