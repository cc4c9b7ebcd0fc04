import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ConnectError } from "@opconnect/core/connect-error";
import type * as automation from "@pulumi/pulumi/automation/index.js";
import type typescript from "typescript";

/** Pulumi's library and TypeScript, as the programs of one folder find them. */
export interface OwnRuntime {
  /** The very copy that the program imports: a second one would not know of the first one's stack. */
  readonly automation: () => typeof automation;
  /** The TypeScript that `pulumi` would take: the project's, else the one that comes with Pulumi. */
  readonly typescript: () => typeof typescript;
  /** The file of that TypeScript. */
  readonly typescriptFile: () => string;
}

/**
 * Finds what a program runs on.
 * @param folder Of the program.
 * @throws `PROGRAM_NOT_INSTALLED` if it has no `@pulumi/pulumi`.
 */
export function findOwnRuntime(folder: string): OwnRuntime {
  const ofProgram = createRequire(join(folder, "package.json"));
  const library = resolved(ofProgram, "@pulumi/pulumi/package.json");
  if (library === undefined) throw notInstalled(folder);
  const ofPulumi = createRequire(library);
  const typescriptFile = () =>
    resolved(ofPulumi, "typescript") ??
    join(dirname(library), "vendor/typescript@3.8.3/typescript.js");
  return {
    automation: () => ofProgram("@pulumi/pulumi/automation"),
    typescript: () => ofPulumi(typescriptFile()),
    typescriptFile,
  };
}

function resolved(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

function notInstalled(folder: string): ConnectError {
  return new ConnectError(
    "PROGRAM_NOT_INSTALLED",
    `There is no \`@pulumi/pulumi\` for the program in ${folder}.`,
    "Install its libraries, with `npm ci` for one.",
  );
}
