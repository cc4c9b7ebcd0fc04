import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { unlessAbsent } from "../../process/write-file.ts";

/**
 * The AWS profile that is meant and stands in no file, of which the AWS SDK says nothing but that it
 * has no credentials.
 * @param meant Profile that the store names. @default - AWS_PROFILE
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export async function missingProfile(
  meant: string | undefined,
): Promise<{ readonly profile: string; readonly paths: readonly string[] } | undefined> {
  const { AWS_PROFILE, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
  const profile = meant ?? AWS_PROFILE;
  if (!profile) return undefined;
  const paths = [
    AWS_CONFIG_FILE || join(homedir(), ".aws", "config"),
    AWS_SHARED_CREDENTIALS_FILE || join(homedir(), ".aws", "credentials"),
  ];
  const texts = await Promise.all(paths.map((path) => unlessAbsent(() => readFile(path, "utf8"))));
  const isThere = texts.some((text = "") => profilesOf(text).includes(profile));
  return isThere ? undefined : { profile, paths };
}

function profilesOf(text: string): readonly string[] {
  const headings = text.matchAll(/^\s*\[\s*(?:profile\s+)?(["']?)([^\]]+?)\1\s*\]/gm);
  return [...headings].map(([, , name = ""]) => name);
}
