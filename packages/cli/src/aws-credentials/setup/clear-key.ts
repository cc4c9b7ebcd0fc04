import { confirmed } from "../../terminal/confirmed.ts";
import { say } from "../../terminal/say.ts";
import type { OpItem } from "../item/op-item.ts";
import { findProfile, withoutSettings } from "../profile/aws-config-text.ts";
import { type AwsFile, editAwsFile } from "../profile/aws-files.ts";
import type { SessionRequest } from "../session/request.ts";
import type { ItemSecrets } from "./item-parts.ts";

/** The access key that a profile of `~/.aws/credentials` has in clear. */
export function clearKeyOf(credentialsText: string, profile: string): ItemSecrets | undefined {
  const settings = findProfile(credentialsText, "credentials", profile)?.settings;
  const accessKeyId = settings?.get("aws_access_key_id")?.value;
  const secretAccessKey = settings?.get("aws_secret_access_key")?.value;
  const isTemporary = settings?.has("aws_session_token") === true;
  if (!accessKeyId || !secretAccessKey || isTemporary) return undefined;
  return { accessKeyId, secretAccessKey };
}

/** Removes the clear key that the item holds now: in every SDK it wins over a credential_process. */
export async function removeClearKey(
  { path, text }: AwsFile,
  profile: string,
  item: OpItem,
  { fields }: SessionRequest,
  agreed: boolean | undefined,
): Promise<void> {
  const clearKey = clearKeyOf(text, profile);
  if (clearKey === undefined) return;
  const kept = `${path} still has an access key for "${profile}" in clear, which wins over the profile's credential_process`;
  if (!item.fields.some(({ value }) => value === clearKey.accessKeyId)) {
    say(`${kept}; it is another one than the item's ${fields.accessKeyId}, so it was left alone.`);
  } else if (agreed ?? (await confirmed(`Remove it from ${path}?`))) {
    const keys = ["aws_access_key_id", "aws_secret_access_key"];
    await editAwsFile(path, (latest) => {
      const isSame = clearKeyOf(latest, profile)?.accessKeyId === clearKey.accessKeyId;
      return isSame ? withoutSettings(latest, profile, keys) : latest;
    });
    say(`Removed the clear access key of "${profile}" from ${path}.`);
  } else {
    say(`${kept}. Remove it, or run again with --remove-clear-keys.`);
  }
}
