import { ConnectError, isRecord, parseJson } from "@opconnect/core";
import { readYamlFile } from "../stacks/yaml-file.ts";

/** The configuration that a program is given. */
export interface StackConfiguration {
  /** By full keys, e.g. `acme:client`; what is no text is JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose values are secret. */
  readonly secretKeys: readonly string[];
}

/** Where a stack's configuration is. */
export interface ConfigurationPlace {
  readonly project: string;
  /** Path of `Pulumi.yaml`. */
  readonly projectFile: string;
  /** Path of the stack's file; none if it has none. */
  readonly stackFile: string | undefined;
}

/**
 * Reads the configuration of a stack from its files. Where a part of it can only be had from the
 * backend, as it is encrypted or is an environment's, `pulumi` is asked for all of it.
 * @throws `PROJECT_INVALID` if a file is no YAML.
 */
export async function readConfiguration(
  place: ConfigurationPlace,
  askPulumi: () => Promise<string>,
): Promise<StackConfiguration> {
  const ofProject = await readYamlFile(place.projectFile);
  const ofStack = await readYamlFile(place.stackFile);
  const stackValues = isRecord(ofStack.config) ? ofStack.config : {};
  if (ofStack.environment !== undefined || hasSecure(stackValues)) {
    return parsePrinted(await askPulumi());
  }
  const defaults = Object.entries(isRecord(ofProject.config) ? ofProject.config : {}).flatMap(
    ([key, declared]) => {
      const value = defaultOf(declared);
      return value === undefined ? [] : [[fullKey(key, place.project), render(value)] as const];
    },
  );
  const own = Object.entries(stackValues).map(
    ([key, value]) => [fullKey(key, place.project), render(value)] as const,
  );
  return { values: Object.fromEntries([...defaults, ...own]), secretKeys: [] };
}

function hasSecure(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSecure);
  if (!isRecord(value)) return false;
  return typeof value.secure === "string" || Object.values(value).some(hasSecure);
}

/** @see https://www.pulumi.com/docs/iac/concepts/config/#project-level-configuration */
function defaultOf(declared: unknown): unknown {
  if (!isRecord(declared)) return declared ?? undefined;
  return declared.value ?? declared.default;
}

/** `project:name`, which may be written `project:config:name`, or `name` alone. */
function fullKey(key: string, project: string): string {
  const parts = key.split(":");
  return parts.length === 1 ? `${project}:${key}` : `${parts[0]}:${parts.at(-1)}`;
}

function render(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What `pulumi config --json --show-secrets` prints. */
function parsePrinted(text: string): StackConfiguration {
  const printed = parseJson(text);
  if (!isRecord(printed)) throw notUnderstood();
  const entries = Object.entries(printed).flatMap(([key, entry]) =>
    isRecord(entry) && typeof entry.value === "string"
      ? [{ key, value: entry.value, isSecret: entry.secret === true }]
      : [],
  );
  return {
    values: Object.fromEntries(entries.map(({ key, value }) => [key, value])),
    secretKeys: entries.filter(({ isSecret }) => isSecret).map(({ key }) => key),
  };
}

function notUnderstood(): ConnectError {
  return new ConnectError(
    "PULUMI_FAILED",
    "What `pulumi config --json` printed is not understood.",
    "Look at `pulumi version`, which should be 3.",
  );
}
