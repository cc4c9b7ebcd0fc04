import { readFile } from "node:fs/promises";
import { ConnectError } from "@opconnect/core/connect-error";
import { isRecord } from "@opconnect/core/json";
import { unlessAbsent } from "@opconnect/provision/write-file";
import { parse, YAMLError } from "yaml";

/**
 * What a file of a project or a stack says; nothing where there is no such file.
 * @throws `PROJECT_INVALID` if it is no YAML, or something in it holds itself.
 */
export async function readYamlFile(
  path: string | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  if (path === undefined) return {};
  const text = await unlessAbsent(() => readFile(path, "utf8"));
  const content = text === undefined ? undefined : parseYaml(text, path);
  return isRecord(content) ? content : {};
}

/** What the parser says, and warns of, quotes the file, which may hold what is secret. */
function parseYaml(text: string, path: string): unknown {
  try {
    const content: unknown = parse(text, { logLevel: "error" });
    if (holdsItself(content)) throw notUnderstood(path, "an anchor holds itself");
    return content;
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    const line = error.linePos?.[0].line;
    throw notUnderstood(path, `${line === undefined ? "it" : `line ${line}`} is not YAML`);
  }
}

function holdsItself(value: unknown, above: readonly unknown[] = []): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (above.includes(value)) return true;
  return Object.values(value).some((each) => holdsItself(each, [...above, value]));
}

function notUnderstood(path: string, why: string): ConnectError {
  return new ConnectError(
    "PROJECT_INVALID",
    `${path} is not understood: ${why}.`,
    "Correct the file: `pulumi preview` reads the same one.",
  );
}
