import type { SecretsManager } from "../aws-sdk.ts";
import { reportStoreErrors } from "./errors.ts";
import { noteWrite } from "./own-writes.ts";

/** Sets tags all at once, then removes those given as empty. */
export async function changeTags(
  client: SecretsManager,
  secretId: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const SecretId = secretId;
  const entries = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const Tags = entries.filter(({ Value }) => Value !== "");
  const TagKeys = entries.filter(({ Value }) => Value === "").map(({ Key }) => Key);
  if (Tags.length > 0) {
    await reportStoreErrors({ secretId, action: "TagResource" }, () =>
      client.tagResource({ SecretId, Tags }),
    );
  }
  if (TagKeys.length > 0) {
    await reportStoreErrors({ secretId, action: "UntagResource" }, () =>
      client.untagResource({ SecretId, TagKeys }),
    );
  }
  noteWrite(secretId, { tags });
}
