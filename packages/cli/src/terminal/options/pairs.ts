import { ConnectError } from "@opconnect/core";
import { z } from "zod";

/**
 * Options of the form `--option <key>=<value>`, given any number of times, as one record.
 * @throws `ARGUMENT_INVALID` if key or value is missing.
 */
export function pairs(option: string) {
  const given = z.array(z.string()).default([]);
  return given.transform((texts) => Object.fromEntries(texts.map((text) => pairOf(text, option))));
}

function pairOf(text: string, option: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`${option} ${text}\` has no key and value.`,
    `Write \`${option} <key>=<value>\`.`,
  );
}
