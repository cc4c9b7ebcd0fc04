import { text as readAll } from "node:stream/consumers";
import { ConnectError } from "@opconnect/core";
import { confirmed } from "../../terminal/confirmed.ts";
import type { SetupOptions } from "./set-up.ts";
import { type ItemSecrets, parseSecrets, type SecretName, secretTitles } from "./setup-secrets.ts";

/**
 * Collects what an item lacks: from the options, from standard input, from the clear key of the
 * profile, and from questions, without echo for what is secret.
 * @throws `ARGUMENT_INVALID` if something is missing and there is no terminal to ask at.
 */
export async function askSecrets(
  missing: readonly SecretName[],
  clearKey: ItemSecrets | undefined,
  options: SetupOptions,
): Promise<ItemSecrets> {
  const { accessKeyId, mfaSerial, fromStdin } = options;
  const given: ItemSecrets = {
    ...(fromStdin ? parseSecrets(await readAll(process.stdin)) : {}),
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(mfaSerial === undefined ? {} : { mfaSerial }),
  };
  const imported = await importedKey(missing, given, clearKey, options);
  const answers: { [name in SecretName]?: string } = {};
  for (const name of missing) {
    answers[name] = given[name] ?? imported[name] ?? (await ask(name));
  }
  return answers;
}

/** The clear key is taken whole or not at all. */
async function importedKey(
  missing: readonly SecretName[],
  given: ItemSecrets,
  clearKey: ItemSecrets | undefined,
  { import: wanted }: SetupOptions,
): Promise<ItemSecrets> {
  const lacksKey = missing.includes("accessKeyId") && missing.includes("secretAccessKey");
  if (clearKey === undefined || !lacksKey || given.secretAccessKey !== undefined) return {};
  const question = `Put the access key ${clearKey.accessKeyId} of ~/.aws/credentials into the item?`;
  return (wanted ?? (await confirmed(question))) ? clearKey : {};
}

async function ask(name: SecretName): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `The item lacks "${secretTitles[name]}", and there is no terminal to ask at.`,
      `Pass JSON with "${name}" to standard input with \`--from-stdin\`, or \`--import\` to take the access key of ~/.aws/credentials.`,
    );
  }
  const { input, password } = await import("@inquirer/prompts");
  const isSecret = name === "secretAccessKey" || name === "oneTimePassword";
  const message = `${secretTitles[name]}:`;
  const validate = (text: string) => text.trim() !== "" || "It cannot be empty.";
  const context = { output: process.stderr };
  const answer = isSecret
    ? await password({ message, mask: false, validate }, context)
    : await input({ message, validate }, context);
  return answer.trim();
}
