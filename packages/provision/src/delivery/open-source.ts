import { parseSecretReference } from "@opconnect/core";
import { connectItemSource } from "./connect-item.ts";
import { opItemSource } from "./op-item.ts";
import { sopsSource } from "./sops-file.ts";
import type { SecretLocation, SecretSource } from "./source.ts";

/**
 * Opens where a secret lives, by the way that this machine has: for 1Password Connect, by
 * OP_CONNECT_HOST and OP_CONNECT_TOKEN, else `op`, as a person or by OP_SERVICE_ACCOUNT_TOKEN; for sops
 * its own program. Nothing is started or asked before the first call of a method.
 * @throws `SECRET_REFERENCE_INVALID`.
 */
export function openSource(location: SecretLocation, env = process.env): SecretSource {
  if (typeof location !== "string") return sopsSource(location, env);
  const reference = parseSecretReference(location);
  const { OP_CONNECT_HOST: host, OP_CONNECT_TOKEN: token } = env;
  return host && token
    ? connectItemSource(reference, { host, token })
    : opItemSource(reference, env);
}
