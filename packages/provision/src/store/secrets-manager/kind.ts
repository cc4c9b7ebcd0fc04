import * as z from "zod/mini";
import type { StoreKind } from "../contract/store-kind.ts";
import { shellWord } from "../shell-word.ts";
import { type SecretsManagerConfig, secretsManagerFields } from "./config.ts";

/** AWS Secrets Manager. */
export const secretsManager: StoreKind<SecretsManagerConfig> = {
  kind: "secrets-manager",
  secretSettings: [
    "kmsKeyId",
    "recoveryWindowInDays",
    "replicaRegions",
    "readers",
  ] satisfies (keyof SecretsManagerConfig)[],
  options: [
    ["--region <region>", "AWS region of the secrets"],
    ["--profile <profile>", "AWS profile that reads them"],
    ["--role-arn <arn>", "AWS role to assume for them"],
  ],
  fields: secretsManagerFields,
  fromOptions() {
    const { region, profile, roleArn } = secretsManagerFields();
    return z.pipe(
      z.object({ region, profile, roleArn }),
      z.transform((given) => ({ kind: "secrets-manager" as const, ...given })),
    );
  },
  load: async (config) => (await import("./store.ts")).createSecretsManagerStore(config),
  // It takes a name for an id.
  secretIdOf: (name) => name,
  // It takes an id for a name too.
  nameOf: (secret) => secret,
  inWords(config, secretIds) {
    const arn = secretIds.map((id) => arnPattern.exec(id)?.groups).find((groups) => groups);
    const account = arn?.account === undefined ? "" : ` account ${arn.account},`;
    const region =
      arn?.region ?? config.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
    return `AWS Secrets Manager,${account} region ${region ?? "of the AWS configuration"}`;
  },
  relocated: (config) => config,
  copyCommand(config, from, to) {
    const aws = (words: string) => awsCommand(words, config);
    // The CLI ends what it prints in a line break.
    return `${aws(`get-secret-value --secret-id ${shellWord(from)} --query SecretString --output text`)} | tr -d '\\n' | ${aws(`create-secret --name ${shellWord(to)} --secret-string file:///dev/stdin`)}`;
  },
  putCommand(config, secret, isThere) {
    const verb = isThere ? "put-secret-value --secret-id" : "create-secret --name";
    return awsCommand(`${verb} ${shellWord(secret)} --secret-string file:///dev/stdin`, config);
  },
  restoreCommand: (config, secret) =>
    awsCommand(`restore-secret --secret-id ${shellWord(secret)}`, config),
  inProgram: ({ kind: _, ...settings }) => settings,
};

const arnPattern = /^arn:[^:]+:secretsmanager:(?<region>[^:]+):(?<account>[^:]+):/;

function awsCommand(words: string, { region, profile }: SecretsManagerConfig): string {
  const where = [
    region && ` --region ${shellWord(region)}`,
    profile && ` --profile ${shellWord(profile)}`,
  ].join("");
  return `aws secretsmanager ${words}${where}`;
}
