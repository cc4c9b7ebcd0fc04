import { text as readAll } from "node:stream/consumers";
import { ConnectError } from "@opconnect/core";
import { asked } from "../../terminal/asked.ts";
import { confirmed, requireTerminal } from "../../terminal/confirmed.ts";
import { say } from "../../terminal/say.ts";
import { type ItemPart, type ItemSecrets, itemParts, parseSecrets } from "./item-parts.ts";
import { partProblem } from "./part-problem.ts";

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
 * What the options and standard input give.
 * @throws `ARGUMENT_INVALID` if a part of it cannot be what it is said to be.
 */
export async function givenSecrets(sources: SecretSources): Promise<ItemSecrets> {
  const piped = sources.fromStdin ? parseSecrets(await readAll(process.stdin)) : {};
  const { accessKeyId = piped.accessKeyId, mfaSerial = piped.mfaSerial } = sources;
  const given: ItemSecrets = { ...piped, accessKeyId, mfaSerial };
  for (const part of itemParts) {
    const text = given[part.name];
    const problem = text === undefined ? undefined : partProblem(part, text);
    if (problem === undefined) continue;
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `"${part.name}" is none. ${problem}`,
      "Pass another.",
    );
  }
  return given;
}

/**
 * Collects what an item lacks: from what is given, from the clear key of the profile, and from
 * questions, without echo for what is secret.
 * @throws `ARGUMENT_INVALID` if something is missing and there is no terminal to ask at.
 */
export async function askSecrets(
  missing: readonly ItemPart[],
  clearKey: ItemSecrets | undefined,
  given: ItemSecrets,
  sources: Pick<SecretSources, "import">,
): Promise<ItemSecrets> {
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
  { import: wanted }: Pick<SecretSources, "import">,
): Promise<ItemSecrets | undefined> {
  const lacks = (wantedName: ItemPart["name"]) => missing.some(({ name }) => name === wantedName);
  if (!lacks("accessKeyId") || !lacks("secretAccessKey")) return undefined;
  if (clearKey === undefined || given.secretAccessKey !== undefined) return undefined;
  const question = `Put the access key ${clearKey.accessKeyId} of ~/.aws/credentials into the item?`;
  return (wanted ?? (await confirmed(question))) ? clearKey : undefined;
}

async function ask(part: ItemPart): Promise<string> {
  const { name, title, type } = part;
  requireTerminal(
    `The item lacks "${title}", and there is no terminal to ask at.`,
    `Pass JSON with "${name}" to standard input with \`--from-stdin\`, or \`--import\` to take the access key of ~/.aws/credentials.`,
  );
  const message = `${title}:`;
  if (type === "STRING") {
    const validate = (text: string) => partProblem(part, text.trim()) ?? true;
    return (await asked(({ input }, context) => input({ message, validate }, context))).trim();
  }
  for (;;) {
    const question = { message, mask: false, toggleMask: false };
    const answer = (await asked(({ password }, context) => password(question, context))).trim();
    const problem = partProblem(part, answer);
    if (problem === undefined) return answer;
    // To mend what is not shown is hard: it is asked for anew.
    say(problem);
  }
}
