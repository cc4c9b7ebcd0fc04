import { ConnectError } from "@opconnect/core";
import { z } from "zod";

/**
 * An option that is an address of a server.
 * @throws `ARGUMENT_INVALID` if it is none.
 */
export function httpUrl(option: string) {
  return z.string().transform((text) => {
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `\`${option}\` is "${text}".`,
      "Pass an address that begins with https:// or http://.",
    );
  });
}
