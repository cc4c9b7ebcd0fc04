import { dirname, isAbsolute, join } from "node:path";
import { ConnectError } from "@opconnect/core/connect-error";
import type typescript from "typescript";
import type { FleetProject } from "../../stacks/project.ts";
import { findEntry, isTypeScript } from "./entry.ts";
import { findOwnRuntime } from "./own-runtime.ts";

type TypeScript = typeof typescript;

/** A program as JavaScript. */
export interface CompiledProgram {
  /** Text of each TypeScript file of the program's own, by its path. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Checks the types of a program once, and compiles it, as `pulumi` would for each stack: with the
 * project's own TypeScript and `tsconfig.json`, starting at the file that the program starts with.
 * @throws `PROGRAM_INVALID` with what TypeScript says.
 */
export function compileProgram(project: FleetProject): CompiledProgram {
  const entry = findEntry(project);
  if (entry === undefined || !isTypeScript(entry.file)) return { files: {} };
  const ts = findOwnRuntime(project.programFolder).typescript();
  const options = compilerOptions(ts, project, entry.isModule);
  return isChecked(options)
    ? compileChecked(ts, project, entry.file, options)
    : { files: transpileFrom(ts, entry.file, options) };
}

/** Holds the code of this compiler: another version of it may compile otherwise. */
export const compilerFile = import.meta.filename;

/** Compiles one file by itself: what a program loads in a way that TypeScript cannot see. */
export function transpileFile(project: FleetProject, file: string): string {
  const ts = findOwnRuntime(project.programFolder).typescript();
  const isModule = findEntry(project)?.isModule === true;
  return transpile(ts, file, compilerOptions(ts, project, isModule));
}

/** Path of a project's `tsconfig.json`. */
export function tsconfigFile({ programFolder, runtimeOptions }: FleetProject): string {
  const given = runtimeOptions.tsconfig;
  const name = typeof given === "string" && given !== "" ? given : "tsconfig.json";
  return isAbsolute(name) ? name : join(programFolder, name);
}

/** The same options as `pulumi` gives to ts-node, and ts-node to TypeScript. */
function compilerOptions(
  ts: TypeScript,
  project: FleetProject,
  isModule: boolean,
): typescript.CompilerOptions {
  const file = tsconfigFile(project);
  const { config = {} } = ts.readConfigFile(file, ts.sys.readFile);
  const raw: unknown = { ...defaultOptions(ts, isModule), ...config.compilerOptions };
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, compilerOptions: raw, files: [], include: [] },
    ts.sys,
    dirname(file),
    undefined,
    file,
  );
  for (const name of withoutMeaning) delete options[name];
  return { ...options, noEmit: false, sourceMap: false, inlineSourceMap: false };
}

function defaultOptions(ts: TypeScript, isModule: boolean): Readonly<Record<string, string>> {
  if (isModule) return { target: "ES2022", module: "nodenext", moduleResolution: "nodenext" };
  const [major = 0, minor = 0] = ts.version.split(".").map(Number);
  const knowsNodeNext = major > 4 || (major === 4 && minor >= 7);
  return knowsNodeNext
    ? { target: "ES2020", module: "nodenext", moduleResolution: "nodenext" }
    : { target: "ES2020", module: "commonjs", moduleResolution: "node" };
}

function isChecked(options: typescript.CompilerOptions): boolean {
  const wish = process.env.PULUMI_NODEJS_TRANSPILE_ONLY;
  return wish ? wish !== "true" : options.noCheck !== true;
}

function compileChecked(
  ts: TypeScript,
  project: FleetProject,
  entry: string,
  options: typescript.CompilerOptions,
): CompiledProgram {
  const program = ts.createProgram([entry], options);
  const own = program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile && !isLibrary(file.fileName));
  const mistakes = own.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]);
  if (mistakes.length > 0) throw invalid(ts, project, mistakes);
  const files: Record<string, string> = {};
  for (const source of own) {
    if (!isTypeScript(source.fileName)) continue;
    program.emit(source, (path, text) => {
      if (/\.[cm]?jsx?$/.test(path)) files[source.fileName] = text;
    });
  }
  return { files };
}

/** A file, and what it imports of the program's own, each by itself. */
function transpileFrom(
  ts: TypeScript,
  entry: string,
  options: typescript.CompilerOptions,
): Record<string, string> {
  const files: Record<string, string> = {};
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files[file] !== undefined) continue;
    files[file] = transpile(ts, file, options);
    for (const { fileName } of ts.preProcessFile(textOf(ts, file)).importedFiles) {
      const found = ts.resolveModuleName(fileName, file, options, ts.sys).resolvedModule;
      if (found === undefined) continue;
      const path = ts.sys.realpath?.(found.resolvedFileName) ?? found.resolvedFileName;
      if (isTypeScript(path) && !path.endsWith(".d.ts") && !isLibrary(path)) waiting.push(path);
    }
  }
  return files;
}

function transpile(ts: TypeScript, file: string, options: typescript.CompilerOptions): string {
  return ts.transpileModule(textOf(ts, file), {
    fileName: file,
    compilerOptions: options,
    // What the format of a file follows from is beside it, not in its text.
    ...(options.module !== undefined && { reportDiagnostics: false }),
  }).outputText;
}

function textOf(ts: TypeScript, file: string): string {
  const text = ts.sys.readFile(file);
  if (text === undefined) throw new Error(`${file} is gone.`);
  return text;
}

function isLibrary(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file);
}

function invalid(
  ts: TypeScript,
  project: FleetProject,
  mistakes: readonly typescript.Diagnostic[],
): ConnectError {
  const shown = mistakes.slice(0, 10);
  const text = ts.formatDiagnostics(shown, {
    getCurrentDirectory: () => project.root,
    getCanonicalFileName: (name) => name,
    getNewLine: () => "\n",
  });
  const more = mistakes.length - shown.length;
  return new ConnectError(
    "PROGRAM_INVALID",
    `The program of ${project.name} does not compile.\n${text.trim()}${more > 0 ? `\nAnd ${more} more.` : ""}`,
    "Correct it first: no stack was looked at.",
  );
}

/** What a compiler writes, and where to: ts-node leaves these out, too. */
const withoutMeaning = [
  ...["out", "outFile", "outDir", "composite", "declaration", "declarationDir", "declarationMap"],
  ...["emitDeclarationOnly", "tsBuildInfoFile", "incremental", "inlineSources", "sourceRoot"],
];
