import { createHash } from "node:crypto";
import { isRecord } from "@opconnect/core/json";
import { waveKey } from "./declared-wave.ts";
import type { FleetStack } from "./stack.ts";
import { readYamlFile } from "./yaml-file.ts";

/**
 * SHA-256, hex, of the configuration in a stack's file: the same as long as it says the same, however
 * it is laid out. Encrypted values are in it as they stand there, so a secret that is set anew shows
 * though the engine tells of none. To which wave the stack belongs is no matter of its program.
 * @returns nothing if the stack has no file.
 * @throws `PROJECT_INVALID` if the file is no YAML.
 */
export async function digestConfiguration({ file }: FleetStack): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const { config, environment } = await readYamlFile(file);
  const { [waveKey]: _, ...values } = isRecord(config) ? config : {};
  const text = JSON.stringify([values, environment], inOrder);
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function inOrder(_: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
