import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { acknowledged } from "./answers.ts";
import { ask } from "./client.ts";

/** Sets tags all at once, then removes those given as empty. */
export async function changeTags(
  client: SecretsManager,
  secretId: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const entries = Object.entries(tags);
  const kept = entries.flatMap(([Key, Value]) => (Value === "" ? [] : [{ Key, Value }]));
  const removed = entries.flatMap(([key, value]) => (value === "" ? [key] : []));
  if (kept.length > 0) {
    await ask({ secretId, action: "TagResource" }, acknowledged, () =>
      client.tagResource({ SecretId: secretId, Tags: kept }),
    );
  }
  if (removed.length > 0) {
    await ask({ secretId, action: "UntagResource" }, acknowledged, () =>
      client.untagResource({ SecretId: secretId, TagKeys: removed }),
    );
  }
}
