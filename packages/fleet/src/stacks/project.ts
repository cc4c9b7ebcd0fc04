import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ConnectError } from "@opconnect/core/connect-error";
import { unlessCode } from "@opconnect/core/has-code";
import { parse, YAMLError } from "yaml";
import { z } from "zod";

/** A Pulumi project, as its `Pulumi.yaml` describes it. */
export interface FleetProject {
  readonly name: string;
  /** Folder of `Pulumi.yaml`. */
  readonly root: string;
  /** Path of `Pulumi.yaml`, or of what stands for it. */
  readonly file: string;
  /** Folder that a program runs in: that of `main`. */
  readonly programFolder: string;
  /** File of the program in that folder; `"."` where its `package.json` says. */
  readonly entryPoint: string;
  /** Folder of the stack files. */
  readonly stackFolder: string;
  /** E.g. `"nodejs"`. */
  readonly runtime: string;
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
}

/**
 * Reads the project that a folder belongs to: the nearest `Pulumi.yaml` in it or above, as `pulumi`
 * does.
 * @throws `PROJECT_INVALID` if there is none, or it is not understood.
 */
export async function readProject(folder: string): Promise<FleetProject> {
  const file = await findProjectFile(await realFolder(folder));
  if (file === undefined) throw noProject(resolve(folder));
  const { name, runtime, main, stackConfigDir } = parseProject(await readFile(file, "utf8"), file);
  const root = dirname(file);
  return {
    name,
    root,
    file,
    ...(await locateProgram(root, main, file)),
    stackFolder: join(root, stackConfigDir ?? ""),
    runtime: typeof runtime === "string" ? runtime : runtime.name,
    runtimeOptions: typeof runtime === "string" ? {} : runtime.options,
  };
}

/** As git and Node.js name it. */
async function realFolder(folder: string): Promise<string> {
  return (await unlessCode(["ENOENT", "ENOTDIR"], () => realpath(folder))) ?? resolve(folder);
}

async function findProjectFile(folder: string): Promise<string | undefined> {
  for (const name of ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]) {
    const file = join(folder, name);
    const found = await unlessCode(["ENOENT", "ENOTDIR"], () => stat(file));
    if (found?.isFile()) return file;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : findProjectFile(parent);
}

function parseProject(text: string, file: string): z.infer<typeof projectSchema> {
  try {
    return projectSchema.parse(parse(text));
  } catch (error) {
    if (error instanceof YAMLError) throw notUnderstood(file, "It is not YAML");
    if (!(error instanceof z.ZodError)) throw error;
    const place = error.issues[0]?.path.join(".") || "Its whole";
    throw notUnderstood(file, `\`${place}\` is not what it should be`);
  }
}

/** @see https://github.com/pulumi/pulumi/blob/master/pkg/engine/project.go getPwdMain */
async function locateProgram(
  root: string,
  main: string | undefined,
  file: string,
): Promise<Pick<FleetProject, "programFolder" | "entryPoint">> {
  if (main === undefined) return { programFolder: root, entryPoint: "." };
  const path = resolve(root, main);
  const found = await unlessCode(["ENOENT", "ENOTDIR"], () => stat(path));
  if (found === undefined)
    throw notUnderstood(file, `There is no ${path}, which its \`main\` names`);
  if (found.isDirectory()) return { programFolder: path, entryPoint: "." };
  return { programFolder: dirname(path), entryPoint: path.slice(dirname(path).length + 1) };
}

function noProject(folder: string): ConnectError {
  return new ConnectError(
    "PROJECT_INVALID",
    `There is no \`Pulumi.yaml\` in ${folder}, nor in a folder above it.`,
    "Name the folder of the Pulumi project with `--cwd`.",
  );
}

function notUnderstood(file: string, reason: string): ConnectError {
  return new ConnectError(
    "PROJECT_INVALID",
    `${file} is not understood: ${reason}.`,
    "Correct the file: `pulumi preview` reads the same one.",
  );
}

const projectSchema = z.object({
  name: z.string().min(1),
  runtime: z.union([
    z.string(),
    z.object({
      name: z.string(),
      options: z
        .record(z.string(), z.unknown())
        .nullish()
        .transform((options) => options ?? {}),
    }),
  ]),
  main: z
    .string()
    .nullish()
    .transform((main) => main || undefined),
  stackConfigDir: z
    .string()
    .nullish()
    .transform((folder) => folder || undefined),
});
