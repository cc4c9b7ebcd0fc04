import {
  type CredentialStore,
  createAgeFileStore,
  openStore,
  type StoreConfig,
} from "@opconnect/provision";
import { z } from "zod";

/** Options that say which credential store is meant. */
export const storeOptionsSchema = z.object({
  region: z.string().optional(),
  profile: z.string().optional(),
  roleArn: z.string().optional(),
  ageFolder: z.string().optional(),
});

/** Which credential store the options mean. */
export function storeConfigOf({
  region,
  profile,
  roleArn,
  ageFolder,
}: z.infer<typeof storeOptionsSchema>): StoreConfig {
  if (ageFolder !== undefined) return { kind: "age-file", folder: ageFolder, recipients: [] };
  return { kind: "secrets-manager", region, profile, roleArn };
}

/** Opens the store that the options mean. It encrypts nothing, so nobody need be named who reads it. */
export function openChosenStore(config: StoreConfig): CredentialStore {
  return config.kind === "age-file" ? createAgeFileStore(config) : openStore(config);
}

/**
 * Says in words where a store is, as far as it is known.
 * @param secretIds Ids of secrets found there, whose ARNs name account and region.
 */
export function storeInWords(config: StoreConfig, secretIds: readonly string[]): string {
  if (config.kind === "age-file") return `the folder ${config.folder}`;
  const arn = secretIds.map((id) => arnPattern.exec(id)?.groups).find((groups) => groups);
  const account = arn?.account === undefined ? "" : ` account ${arn.account},`;
  const region =
    arn?.region ?? config.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  return `AWS Secrets Manager,${account} region ${region ?? "of the AWS configuration"}`;
}

const arnPattern = /^arn:[^:]+:secretsmanager:(?<region>[^:]+):(?<account>[^:]+):/;
