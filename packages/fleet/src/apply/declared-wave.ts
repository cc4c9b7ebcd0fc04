import { readFile } from "node:fs/promises";
import { isRecord } from "@opconnect/core/json";
import { parse } from "yaml";
import type { FleetStack } from "../stacks/stack.ts";

/** Key of a stack's configuration that names the wave it belongs to. */
const waveKey = "opconnect:wave";

/** Wave that a stack says it belongs to, in its file's configuration; none if it does not. */
export async function declaredWave({ file }: FleetStack): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const content: unknown = parse(await readFile(file, "utf8"));
  const config = isRecord(content) ? content.config : undefined;
  const wave = isRecord(config) ? config[waveKey] : undefined;
  return typeof wave === "string" ? wave : undefined;
}
