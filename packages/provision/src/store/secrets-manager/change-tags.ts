import { acknowledged } from "./answers.ts";
import { ask, type RegionalClient } from "./client.ts";

/** Sets tags all at once, then removes those given as empty. */
export async function changeTags(
  { sdk, client }: RegionalClient,
  secretId: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const entries = Object.entries(tags);
  const kept = entries.flatMap(([Key, Value]) => (Value === "" ? [] : [{ Key, Value }]));
  const removed = entries.flatMap(([key, value]) => (value === "" ? [key] : []));
  if (kept.length > 0) {
    const command = new sdk.TagResourceCommand({ SecretId: secretId, Tags: kept });
    await ask({ secretId, action: "TagResource" }, acknowledged, () => client.send(command));
  }
  if (removed.length > 0) {
    const command = new sdk.UntagResourceCommand({ SecretId: secretId, TagKeys: removed });
    await ask({ secretId, action: "UntagResource" }, acknowledged, () => client.send(command));
  }
}
