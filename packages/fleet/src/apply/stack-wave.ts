import { readFile } from "node:fs/promises";
import { isRecord, unlessCode } from "@opconnect/core";
import { parse } from "yaml";
import type { FleetStack } from "../stacks/stack.ts";

/** The wave that a stack says it belongs to: `opconnect:wave` in its file's configuration. */
export async function readWave({ file }: FleetStack): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await unlessCode(["ENOENT"], () => readFile(file, "utf8"));
  const content: unknown = text === undefined ? undefined : parse(text);
  const config = isRecord(content) && isRecord(content.config) ? content.config : {};
  const wave = config["opconnect:wave"];
  return typeof wave === "string" ? wave : undefined;
}
