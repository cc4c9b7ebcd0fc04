import { text as readAll } from "node:stream/consumers";
import { confirmed, requireTerminal } from "../../terminal/confirmed.ts";
import { type ItemPart, type ItemSecrets, parseSecrets } from "./item-parts.ts";

/** Where what the item lacks comes from, besides questions. */
export interface SecretSources {
  /** Read it as JSON from standard input. */
  readonly fromStdin?: boolean;
  /** Take the access key of the profile in `~/.aws/credentials`. @default - asks */
  readonly import?: boolean;
  readonly accessKeyId?: string;
  readonly mfaSerial?: string;
}

/**
 * Collects what an item lacks: from the options, from standard input, from the clear key of the
 * profile, and from questions, without echo for what is secret.
 * @throws `ARGUMENT_INVALID` if something is missing and there is no terminal to ask at.
 */
export async function askSecrets(
  missing: readonly ItemPart[],
  clearKey: ItemSecrets | undefined,
  sources: SecretSources,
): Promise<ItemSecrets> {
  const piped = sources.fromStdin ? parseSecrets(await readAll(process.stdin)) : {};
  const { accessKeyId = piped.accessKeyId, mfaSerial = piped.mfaSerial } = sources;
  const given: ItemSecrets = { ...piped, accessKeyId, mfaSerial };
  const imported = await importedKey(missing, given, clearKey, sources);
  const answers: { [name in ItemPart["name"]]?: string } = {};
  for (const part of missing) {
    answers[part.name] = given[part.name] ?? imported?.[part.name] ?? (await ask(part));
  }
  return answers;
}

/** The clear key is taken whole or not at all. */
async function importedKey(
  missing: readonly ItemPart[],
  given: ItemSecrets,
  clearKey: ItemSecrets | undefined,
  { import: wanted }: SecretSources,
): Promise<ItemSecrets | undefined> {
  const lacks = (wantedName: ItemPart["name"]) => missing.some(({ name }) => name === wantedName);
  if (!lacks("accessKeyId") || !lacks("secretAccessKey")) return undefined;
  if (clearKey === undefined || given.secretAccessKey !== undefined) return undefined;
  const question = `Put the access key ${clearKey.accessKeyId} of ~/.aws/credentials into the item?`;
  return (wanted ?? (await confirmed(question))) ? clearKey : undefined;
}

async function ask({ name, title, type }: ItemPart): Promise<string> {
  requireTerminal(
    `The item lacks "${title}", and there is no terminal to ask at.`,
    `Pass JSON with "${name}" to standard input with \`--from-stdin\`, or \`--import\` to take the access key of ~/.aws/credentials.`,
  );
  const { input, password } = await import("@inquirer/prompts");
  const validate = (text: string) => text.trim() !== "" || "It cannot be empty.";
  const [question, context] = [{ message: `${title}:`, validate }, { output: process.stderr }];
  const answer =
    type === "STRING"
      ? await input(question, context)
      : await password({ ...question, mask: false }, context);
  return answer.trim();
}
