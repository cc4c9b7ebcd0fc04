import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { ConnectError } from "@opconnect/core";
import { confirmed } from "../../terminal/confirmed.ts";
import { say } from "../../terminal/say.ts";
import type { OpItem } from "../item/op-item.ts";
import { findProfile, withoutSettings, withSetting } from "../profile/aws-config-text.ts";
import {
  type AwsFile,
  readAwsConfig,
  readAwsCredentials,
  writeAwsFile,
} from "../profile/aws-files.ts";
import { renderCommandLine } from "../profile/command-line.ts";
import { findPluginAliases } from "../profile/plugin-alias.ts";
import { obtainSession } from "../renewal/obtain-session.ts";
import { requestOptions } from "../session/request-options.ts";
import {
  type OptionValues,
  parseSessionRequest,
  type SessionRequest,
} from "../session/session-request.ts";
import { callerArn } from "../sts/request-session.ts";
import { findSetupItem, missingParts, writeSetupItem } from "./setup-item.ts";
import { askSecrets } from "./setup-questions.ts";
import { clearKeyOf, type SecretName, secretTitles } from "./setup-secrets.ts";

/** Options of `setup` besides those of the command itself. */
export interface SetupOptions {
  /** @default "default" */
  readonly profile?: string;
  /** Read what the item lacks as JSON from standard input. */
  readonly fromStdin?: boolean;
  /** Take the access key of the profile in `~/.aws/credentials`. @default - asks */
  readonly import?: boolean;
  readonly accessKeyId?: string;
  readonly mfaSerial?: string;
  /** Remove the clear keys after the test. @default - asks */
  readonly removeClearKeys?: boolean;
  /** Program that the profile is to run. @default - opconnect, if it is on PATH */
  readonly command?: string;
  readonly yes?: boolean;
}

/** `opconnect aws-credentials setup`: item, test, profile, clear keys, in this order. */
export async function setUp(values: OptionValues, options: SetupOptions): Promise<void> {
  const { profile = "default" } = options;
  const request = parseSessionRequest({ item: "AWS Access Key", ...values });
  const ending = AbortSignal.timeout(15 * 60_000);
  const settings = {
    environment: process.env,
    signal: ending,
    ...(request.account === undefined ? {} : { account: request.account }),
  };
  const [config, credentials] = [
    await readAwsConfig(process.env),
    await readAwsCredentials(process.env),
  ];
  assertUsable(config, profile);
  const item = await findSetupItem(request, settings);
  const missing = missingParts(request, item);
  const clearKey = clearKeyOf(credentials.text, profile);
  const secrets = await askSecrets(missing, clearKey, options);
  const line = await profileLine(values, request, item, options);

  for (const step of planned({ request, item, missing, config, profile, line, clearKey }))
    say(`- ${step}`);
  if (!options.yes && !(await confirmed("Go ahead?"))) {
    say("Nothing was changed.");
    process.exitCode = 1;
    return;
  }

  const ready =
    missing.length === 0 && item ? item : await writeSetupItem(request, item, secrets, settings);
  const own = { ...request, item: ready.id };
  const arn = await testSession(own, settings);
  say(`AWS says: ${arn}`);
  await writeAwsFile(config.path, withSetting(config.text, profile, "credential_process", line));
  say(`Wrote the profile "${profile}" into ${config.path}.`);
  await removeClearKey(credentials, profile, ready, request, options);
  for (const { path, line: at, command } of await findPluginAliases(process.env)) {
    say(
      `${path}:${at} makes \`${command}\` run through \`op plugin\`, past the profile: remove that alias.`,
    );
  }
  const shown = profile === "default" ? "" : ` --profile ${profile}`;
  say(`Try: aws sts get-caller-identity${shown}`);
}

/** Other sources of credentials in the profile would win, or be ignored in silence. */
function assertUsable(config: AwsFile, profile: string): void {
  const settings = findProfile(config.text, "config", profile)?.settings;
  const rival = rivals.find((key) => settings?.has(key));
  if (rival === undefined) return;
  throw new ConnectError(
    "AWS_PROFILE_INVALID",
    `The profile "${profile}" in ${config.path} has \`${rival}\`, which does not go with a credential_process.`,
    "Choose another by `--profile`, and let this one name it as its `source_profile`.",
  );
}

const rivals = [
  "role_arn",
  "sso_session",
  "sso_start_url",
  "web_identity_token_file",
  "aws_access_key_id",
];

/** The command for the profile: as the options say, by the item's id where the name is unusual. */
async function profileLine(
  values: OptionValues,
  request: SessionRequest,
  item: OpItem | undefined,
  { command }: SetupOptions,
): Promise<string> {
  const isPlain = /^[\w][\w .@()+,-]*$/.test(request.item);
  const named = { ...values, item: isPlain || item === undefined ? request.item : item.id };
  const words = requestOptions.flatMap(({ name, value }) => {
    const given = (named as OptionValues)[name];
    if (typeof given === "string") return [`--${name}`, given];
    return value === undefined && given === true ? [`--${name}`] : [];
  });
  const program = command === undefined ? await ownProgram() : [command];
  return renderCommandLine([...program, "aws-credentials", ...words]);
}

/**
 * Programs started from a desktop have another PATH, but this is what people read best. In Windows
 * it has to be the whole name: the AWS CLI starts it without a shell, which finds only `.exe`.
 */
async function ownProgram(): Promise<readonly string[]> {
  const name = process.platform === "win32" ? "opconnect.cmd" : "opconnect";
  for (const folder of (process.env.PATH ?? "").split(delimiter).filter(Boolean)) {
    const isThere = await access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return [name];
  }
  return [process.execPath, process.argv[1] ?? "opconnect"];
}

interface Plan {
  readonly request: SessionRequest;
  readonly item: OpItem | undefined;
  readonly missing: readonly SecretName[];
  readonly config: AwsFile;
  readonly profile: string;
  readonly line: string;
  readonly clearKey: unknown;
}

function planned({
  request,
  item,
  missing,
  config,
  profile,
  line,
  clearKey,
}: Plan): readonly string[] {
  const parts = missing.map((name) => secretTitles[name]).join(", ");
  const vault = request.vault === undefined ? "your own vault" : `the vault "${request.vault}"`;
  const old = findProfile(config.text, "config", profile)?.settings.get(
    "credential_process",
  )?.value;
  return [
    item === undefined
      ? `Create the item "${request.item}" in ${vault} with: ${parts}`
      : missing.length === 0
        ? `Use the item "${item.title}" as it is`
        : `Add to the item "${item.title}": ${parts}`,
    `Ask AWS for a session, and who it is of; keep it: ${request.cache}`,
    `Write into ${config.path}, profile "${profile}": credential_process = ${line}`,
    ...(old === undefined || old === line ? [] : [`That replaces: ${old}`]),
    ...(clearKey === undefined
      ? []
      : [
          `Remove the clear access key of "${profile}" from ~/.aws/credentials, if you agree after the test`,
        ]),
  ];
}

async function testSession(
  request: SessionRequest,
  settings: { environment: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<string> {
  const until = Date.now() + request.timeoutSeconds * 1_000;
  const session = await obtainSession(request, { ...settings, until, warn: say });
  return await callerArn({ credentials: session, region: request.region }, settings);
}

/** Static keys of a profile win over its credential_process in every SDK. */
async function removeClearKey(
  { path, text }: AwsFile,
  profile: string,
  item: OpItem,
  { fields }: SessionRequest,
  { removeClearKeys, yes }: SetupOptions,
): Promise<void> {
  const clearKey = clearKeyOf(text, profile);
  if (clearKey === undefined) return;
  const kept = `${path} still has an access key for "${profile}" in clear, which wins over the profile's credential_process`;
  const isSame = item.fields.some(({ value }) => value === clearKey.accessKeyId);
  if (!isSame) {
    say(`${kept}; it is another one than the item's ${fields.accessKeyId}, so it was left alone.`);
    return;
  }
  const agreed = removeClearKeys ?? (yes ? false : await confirmed(`Remove it from ${path}?`));
  if (!agreed) {
    say(`${kept}. Remove it, or run again with --remove-clear-keys.`);
    return;
  }
  const keys = ["aws_access_key_id", "aws_secret_access_key"];
  await writeAwsFile(path, withoutSettings(text, "credentials", profile, keys));
  say(`Removed the clear access key of "${profile}" from ${path}.`);
}
