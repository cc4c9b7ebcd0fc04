import { ConnectError } from "@opconnect/core";
import { patient } from "@opconnect/provision/patient";
import which from "which";
import { confirmed } from "../../terminal/confirmed.ts";
import { say } from "../../terminal/say.ts";
import type { OpItem } from "../item/op-item.ts";
import type { OpSettings } from "../op/run-op.ts";
import { findProfile, withSetting } from "../profile/aws-config-text.ts";
import {
  type AwsFile,
  editAwsFile,
  readAwsConfig,
  readAwsCredentials,
  requireWritable,
} from "../profile/aws-files.ts";
import { renderCommandLine } from "../profile/command-line.ts";
import { sayPluginAliases } from "../profile/plugin-alias.ts";
import { clearCache } from "../renewal/clear-cache.ts";
import { obtainSession } from "../renewal/obtain-session.ts";
import { type OptionValues, parseSessionRequest, type SessionRequest } from "../session/request.ts";
import { requestWords } from "../session/request-options.ts";
import { callerArn } from "../sts/request-session.ts";
import { askSecrets, givenSecrets, type SecretSources } from "./ask-secrets.ts";
import { clearKeyOf, removeClearKey } from "./clear-key.ts";
import { partsToCorrect, refusedParts } from "./correct-item.ts";
import { findSetupItem, missingParts, writeSetupItem } from "./item.ts";
import type { ItemPart } from "./item-parts.ts";

/** Options of `setup` besides those of the command itself. */
export interface SetupOptions extends SecretSources {
  readonly profile: string;
  /** Remove the clear keys after the test. @default - asks */
  readonly removeClearKeys?: boolean;
  /** Program that the profile is to run. @default - opconnect, if it is on PATH */
  readonly command?: string;
  /** Neither ask before a change nor offer to correct the item. */
  readonly yes?: boolean;
}

/** `opconnect aws-credentials setup`: item, test, profile, clear keys, in this order. */
export async function setUp(values: OptionValues, options: SetupOptions): Promise<void> {
  const { profile, yes } = options;
  const asked = { ...values, item: values.item ?? "AWS Access Key" };
  const request = parseSessionRequest(asked, process.env);
  const { account } = request;
  const settings = { account, env: process.env, signal: AbortSignal.timeout(15 * 60_000) };
  const config = await readAwsConfig(process.env);
  const credentials = await readAwsCredentials(process.env);
  assertUsable(config, profile);
  // What would be lost otherwise is a code, and the answers of the user.
  await requireWritable(config.path);
  const given = await givenSecrets(options);
  const item = await patient(waiting, () => findSetupItem(request, settings));
  const wrong = item === undefined ? [] : await partsToCorrect(request, item, given, !yes);
  const lacking = [...missingParts(request, item), ...wrong];
  const clearKey = clearKeyOf(credentials.text, profile);
  const secrets = await askSecrets(lacking, clearKey, given, options);
  const line = profileLine(values, request, item, options.command);

  const old = findProfile(config.text, "config", profile)?.settings.get("credential_process");
  say(`- ${itemStep(request, item, lacking)}`);
  say(`- Ask AWS for a session, and who it is of; keep it: ${request.cache}`);
  say(`- Write into ${config.path}, profile "${profile}": credential_process = ${line}`);
  if (old !== undefined && old.value !== line) say(`- That replaces: ${old.value}`);
  if (clearKey !== undefined) {
    say(
      `- Remove the clear access key of "${profile}" from ~/.aws/credentials, if you agree after the test`,
    );
  }
  if (!yes && !(await confirmed("Go ahead?"))) {
    say("Nothing was changed.");
    process.exitCode = 1;
    return;
  }

  let ready = item;
  if (ready === undefined || lacking.length > 0) {
    ready = await patient(waiting, () => writeSetupItem(request, item, secrets, settings));
  }
  const tested = await untilTaken(request, ready, { settings, isFresh: wrong.length > 0, yes });
  say(`AWS says: ${tested.arn}`);
  await editAwsFile(config.path, (text) => {
    assertUsable({ ...config, text }, profile);
    return withSetting(text, profile, "credential_process", line);
  });
  say(`Wrote the profile "${profile}" into ${config.path}.`);
  const agreed = options.removeClearKeys ?? (yes ? false : undefined);
  await removeClearKey(
    await readAwsCredentials(process.env),
    profile,
    tested.item,
    request,
    agreed,
  );
  await sayPluginAliases(process.env);
  say(`Try: aws sts get-caller-identity${profile === "default" ? "" : ` --profile ${profile}`}`);
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
function profileLine(
  values: OptionValues,
  request: SessionRequest,
  item: OpItem | undefined,
  command: string | undefined,
): string {
  const isPlain = /^[\w][\w .@()+,-]*$/.test(request.item);
  const words = requestWords({ ...values, item: isPlain || !item ? request.item : item.id });
  const program = command === undefined ? ownProgram() : [command];
  return renderCommandLine([...program, "aws-credentials", ...words]);
}

/**
 * Programs started from a desktop have another PATH, but this is what people read best. In Windows
 * it has to be the whole name: the AWS CLI starts it without a shell, which finds only `.exe`.
 */
function ownProgram(): readonly string[] {
  const name = process.platform === "win32" ? "opconnect.cmd" : "opconnect";
  if (which.sync(name, { nothrow: true }) !== null) return [name];
  return [process.execPath, process.argv[1] ?? "opconnect"];
}

function itemStep(
  { item: name, vault }: SessionRequest,
  item: OpItem | undefined,
  lacking: readonly ItemPart[],
): string {
  const parts = lacking.map(({ title }) => title).join(", ");
  const where = vault === undefined ? "your own vault" : `the vault "${vault}"`;
  if (item === undefined) return `Create the item "${name}" in ${where} with: ${parts}`;
  if (lacking.length === 0) return `Use the item "${item.title}" as it is`;
  return `Put into the item "${item.title}": ${parts}`;
}

/** Tests the item, and has it corrected until AWS takes it. */
async function untilTaken(
  request: SessionRequest,
  item: OpItem,
  test: {
    readonly settings: OpSettings;
    readonly isFresh: boolean;
    readonly yes?: boolean | undefined;
  },
): Promise<{ readonly item: OpItem; readonly arn: string }> {
  const { settings, isFresh, yes } = test;
  const ofItem = { ...request, item: item.id, vault: item.vaultId };
  // What it keeps came of what it had before.
  if (isFresh) await clearCache(ofItem, settings);
  try {
    return { item, arn: await patient(asking, () => testSession(ofItem, settings)) };
  } catch (error) {
    const parts = await refusedParts(error, item, !yes);
    const secrets = await askSecrets(parts, undefined, {}, {});
    const corrected = await patient(waiting, () => writeSetupItem(ofItem, item, secrets, settings));
    return untilTaken(request, corrected, { ...test, isFresh: true });
  }
}

const waiting = "Waiting for `op`: 1Password may be asking for a confirmation …";
const asking = "Asking AWS for a session; each code counts once, so this may wait for the next …";

async function testSession(request: SessionRequest, settings: OpSettings): Promise<string> {
  const lastsMs = request.timeoutSeconds * 1_000;
  const credentials = await obtainSession(request, { ...settings, lastsMs, warn: say });
  const { region, endpoint } = request;
  return await callerArn({ credentials, region, endpoint }, settings);
}
