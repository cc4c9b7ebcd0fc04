import { isRecord } from "@opconnect/core/json";
import type { FleetStack } from "./stack.ts";
import { readYamlFile } from "./yaml-file.ts";

/** Key of a stack's configuration that names the wave it belongs to. */
export const waveKey = "opconnect:wave";

/**
 * Wave that a stack says it belongs to, in its file's configuration; none if it does not.
 * @throws `PROJECT_INVALID` if the file is no YAML.
 */
export async function declaredWave({ file }: FleetStack): Promise<string | undefined> {
  const { config } = await readYamlFile(file);
  const wave = isRecord(config) ? config[waveKey] : undefined;
  return typeof wave === "string" ? wave : undefined;
}

/**
 * Waves that some of the stacks belong to, each once.
 * @throws `PROJECT_INVALID` if a file is no YAML.
 */
export async function declaredWaves(stacks: readonly FleetStack[]): Promise<readonly string[]> {
  const waves = await Promise.all(stacks.map(declaredWave));
  return [...new Set(waves.filter((wave) => wave !== undefined))];
}
