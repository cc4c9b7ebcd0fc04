import { readFile } from "node:fs/promises";
import { ConnectError } from "@opconnect/core/connect-error";
import { isRecord } from "@opconnect/core/json";
import { unlessAbsent } from "@opconnect/provision/write-file";
import { parse, YAMLError } from "yaml";

/**
 * What a file of a project or a stack says; nothing where there is no such file.
 * @throws `PROJECT_INVALID` if it is no YAML.
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
    return parse(text, { logLevel: "error" });
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    const line = error.linePos?.[0].line;
    throw new ConnectError(
      "PROJECT_INVALID",
      `${path} is not understood: ${line === undefined ? "it" : `line ${line}`} is not YAML.`,
      "Correct the file: `pulumi preview` reads the same one.",
    );
  }
}
