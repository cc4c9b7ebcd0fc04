import { parseSecretReference } from "@opconnect/core";
import { fieldValue, itemVersion, itemWithFields } from "./item-field.ts";
import { openItem } from "./open-item.ts";
import { sopsSource } from "./sops-file.ts";
import type { SecretLocation, SecretSource } from "./source.ts";

/**
 * Opens where a secret lives: an item of 1Password as `openItem` does, for sops its own program. Nothing
 * is started or asked before the first call of a method.
 * @throws `SECRET_REFERENCE_INVALID`.
 */
export function openSource(location: SecretLocation, env = process.env): SecretSource {
  if (typeof location !== "string") return sopsSource(location, env);
  const reference = parseSecretReference(location);
  const item = openItem(reference, env);
  return {
    async version() {
      return itemVersion(await item.find());
    },
    async read() {
      const whole = await item.read(itemWithFields);
      return { value: fieldValue(whole, reference), version: itemVersion(whole) };
    },
  };
}
