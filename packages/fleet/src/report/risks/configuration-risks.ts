import { isRecord, redacted } from "@opconnect/core";
import { looksSecret } from "@opconnect/core/looks-secret";
import { shownName, shownText } from "../shown.ts";
import { type Risk, risk } from "./risk.ts";

/** What the files of a stack say that its configuration is in. */
export interface ConfigurationFiles {
  readonly project: string;
  readonly stack: string;
  /** Content of the stack's file. */
  readonly stackFile: Readonly<Record<string, unknown>>;
  /** Content of `Pulumi.yaml`. */
  readonly projectFile: Readonly<Record<string, unknown>>;
}

/**
 * Of each value that looks like a secret and is not encrypted, in the configuration of a stack and of
 * its project and in what the stack's file gives as an environment. The engine hands a policy pack all
 * of the configuration in the clear, so only the files tell which of it is encrypted.
 */
export function configurationRisks(files: ConfigurationFiles): readonly Risk[] {
  const { project, stack, stackFile, projectFile } = files;
  const own = recordOf(stackFile.config);
  const defaults = { ...recordOf(projectFile.configuration), ...recordOf(projectFile.config) };
  const name = shownText(stack);
  const inStack = Object.entries(own).flatMap(([key, value]) => pathsIn(value, [key]));
  const inProject = Object.entries(defaults).flatMap(([key, declared]) =>
    defaultsOf(declared).flatMap((value) => pathsIn(value, [key])),
  );
  return [
    ...inStack.map((path) =>
      clear(
        `the configuration of ${name}, at ${code(shownPath(path, project))}`,
        setting(path, files),
      ),
    ),
    ...inProject.map((path) =>
      clear(
        `the \`Pulumi.yaml\` of ${name}, at ${code(shownPath(path, project))}`,
        `take it out of there, and ${setting(path, files)}`,
      ),
    ),
    ...pathsIn(stackFile.environment, ["environment"]).map((path) =>
      clear(
        `the stack file of ${name}, at ${code(shownPath(path, project))}`,
        "keep the new one in an environment of Pulumi ESC that the stack imports",
      ),
    ),
  ];
}

function clear(where: string, remedy: string): Risk {
  return risk(
    "secret-in-clear",
    "high",
    `What looks like a secret stands in the clear in ${where}: have it replaced where it is from, since Git's history keeps it, and ${remedy}.`,
  );
}

type Path = readonly (string | number)[];
type Name = Path[number] | undefined;

/** Paths of what looks like a secret; of one that is a name itself, the path of it. */
function pathsIn(value: unknown, path: Path): readonly Path[] {
  const name = path.at(-1);
  if (typeof name === "string" && looksSecret(name)) return [path];
  if (typeof value === "string") return isSecret(value, name) ? [path] : [];
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => pathsIn(each, [...path, index]));
  }
  if (!isRecord(value) || isEncrypted(value, name)) return [];
  return Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...path, key]));
}

/**
 * A secret key of AWS, for one, is known by no form: that it looks random does not tell it from an
 * id, and its name does.
 */
function isSecret(text: string, name: Name): boolean {
  if (looksSecret(text) || (name === escSecret && text !== "")) return true;
  const isNamed = /secret|token|pass(word|phrase)|(api|access|private)_?key/i.test(String(name));
  return isNamed && !/\s|:\/\//.test(text.trim()) && redacted(text) !== text;
}

/** As Pulumi writes a value that it has encrypted, and an environment of Pulumi ESC one of its own. */
function isEncrypted(value: Readonly<Record<string, unknown>>, name: Name): boolean {
  const key = name === escSecret ? "ciphertext" : "secure";
  return Object.keys(value).length === 1 && typeof value[key] === "string";
}

/** @see https://www.pulumi.com/docs/esc/environments/syntax/builtin-functions/fn-secret/ */
const escSecret = "fn::secret";

/** @see https://www.pulumi.com/docs/iac/concepts/config/#project-level-configuration */
function defaultsOf(declared: unknown): readonly unknown[] {
  return isRecord(declared) ? [declared.value, declared.default] : [declared];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function setting(path: Path, { project, stack }: ConfigurationFiles): string {
  const words = [
    "pulumi config set --secret",
    ...(path.length > 1 ? ["--path"] : []),
    quoted(shownPath(path, project)),
    "--stack",
    shownText(stack),
  ];
  return `set the new one with ${code(words.join(" "))}`;
}

/** As `pulumi config` writes it: without the namespace of the project's own. */
function shownPath([key, ...rest]: Path, project: string): string {
  const others = rest.map((part) => {
    if (typeof part === "number") return `[${part}]`;
    if (part === escSecret) return "";
    const name = nameOf(part);
    return /^[\w-]+$/.test(name) ? `.${name}` : `["${name}"]`;
  });
  return `${shownKey(String(key), project)}${others.join("")}`;
}

function shownKey(key: string, project: string): string {
  // Of a secret with colons in it, such as an address, no part looks like one.
  if (looksSecret(key)) return nameOf(key);
  const [namespace = "", ...rest] = key.split(":");
  const name = rest.at(-1) ?? namespace;
  const isOwn = rest.length === 0 || namespace === project;
  return isOwn ? nameOf(name) : `${nameOf(namespace)}:${nameOf(name)}`;
}

/** A name that may be shown; dots in the place of any other. */
function nameOf(name: string): string {
  return shownName(looksSecret(name) ? "" : name);
}

function quoted(path: string): string {
  return /^[\w:.-]+$/.test(path) ? path : `'${path}'`;
}

function code(text: string): string {
  return `\`${text}\``;
}
