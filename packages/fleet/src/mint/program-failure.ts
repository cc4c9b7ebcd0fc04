import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ConnectError, connectErrorCodes, unlessCode } from "@opconnect/core";
import { remedyOf } from "@opconnect/core/error-guide";
import { ownCodes } from "../report/engine/own-codes.ts";
import type { FleetProject } from "../stacks/project.ts";

/** How a program ended that did not come to its end. */
export interface ProgramEnd {
  readonly project: Pick<FleetProject, "programFolder">;
  readonly stack: string;
  /** None if a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** What it printed, and what it told the engine. */
  readonly said: readonly string[];
}

/**
 * Why a program failed, in words of ours: nothing that it said is shown, since anything may stand in
 * it, a secret in an encoding that nobody looks for too. What is taken from it is what we know
 * already: our own errors' codes, JavaScript's own kinds of errors, lines of the program's files.
 */
export async function programFailed(end: ProgramEnd): Promise<ConnectError> {
  // It is coloured, in the middle of paths too.
  const text = stripVTControlCharacters(end.said.join("\n"));
  const [code] = ownCodes(text);
  const place = await placeIn(end.project.programFolder, text);
  const how = `${kindOf(end, text, code)}${place === undefined ? "" : ` at ${place}`}`;
  const remedy = `\`pulumi preview --stack ${end.stack}\` shows its own words, which may hold secrets.`;
  return new ConnectError(
    "PROGRAM_FAILED",
    `The program of the stack ${end.stack} ${how}.${code === undefined ? "" : ` ${connectErrorCodes[code]}`}`,
    code === undefined ? remedy : `${remedyOf(code)} ${remedy}`,
  );
}

function kindOf({ exitCode, signal }: ProgramEnd, text: string, code: string | undefined): string {
  if (code !== undefined) return `failed with ${code}`;
  const [isThrown, kind = ""] = /failed with an unhandled exception:\s*(\w*)/.exec(text) ?? [];
  if (isThrown) return javaScriptErrors.has(kind) ? `threw a ${kind}` : "threw an error";
  return signal === undefined ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
}

const javaScriptErrors = new Set(["RangeError", "ReferenceError", "SyntaxError", "TypeError"]);

/** The innermost line of the program's own files that the text names, and that there is. */
async function placeIn(programFolder: string, text: string): Promise<string | undefined> {
  const [, ...mentions] = text.split(`${programFolder}${sep}`);
  for (const mention of mentions) {
    const [, file = "", line = ""] = /^([^\n:]+):(\d+):\d+/.exec(mention) ?? [];
    if (file === "" || file.split(sep).includes("node_modules")) continue;
    const content = await unlessCode(["ENOENT", "ENOTDIR", "EISDIR"], () =>
      readFile(join(programFolder, file), "utf8"),
    );
    const lines = content?.split("\n").length ?? 0;
    if (Number(line) >= 1 && Number(line) <= lines) return `${file}:${Number(line)}`;
  }
  return undefined;
}
