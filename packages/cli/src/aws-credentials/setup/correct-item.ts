import { isConnectError } from "@opconnect/core";
import { confirmed, hasTerminal } from "../../terminal/confirmed.ts";
import { say } from "../../terminal/say.ts";
import { findFields, type OpItem } from "../item/op-item.ts";
import type { SessionRequest } from "../session/request.ts";
import { type ItemPart, type ItemSecrets, itemParts } from "./item-parts.ts";
import { partProblem } from "./part-problem.ts";

/**
 * The parts of an item that cannot be what they are said to be, and are to be replaced: those that
 * are given anew, and those that the user wants to enter.
 * @param asks Whether there is somebody to offer it to.
 */
export async function partsToCorrect(
  { fields }: SessionRequest,
  item: OpItem,
  given: ItemSecrets,
  asks: boolean,
): Promise<readonly ItemPart[]> {
  const wrong: ItemPart[] = [];
  for (const part of itemParts) {
    const label = fields[part.name];
    const ofType = item.fields.filter(({ type }) => type === part.type);
    const found = label === undefined ? ofType : findFields(item, label);
    const values = [...new Set(found.flatMap(({ value }) => value?.trim() || []))];
    const [value] = values;
    // Which of several is meant, options say.
    if (value === undefined || values.length > 1) continue;
    const problem = partProblem(part, value);
    if (problem === undefined) continue;
    say(`"${part.title}" in the item "${item.title}" is none. ${problem}`);
    const isWanted = given[part.name] !== undefined || (asks && hasTerminal());
    if (isWanted && (given[part.name] ?? (await confirmed("Correct it?", true)))) wrong.push(part);
  }
  return wrong;
}

/**
 * Offers to correct what AWS refuses.
 * @throws The refusal if there is nothing to correct, or the user does not want to.
 */
export async function refusedParts(
  refusal: unknown,
  item: OpItem,
  asks: boolean,
): Promise<readonly ItemPart[]> {
  const names = isConnectError(refusal) ? namesBehind(refusal.code, refusal.happened) : [];
  if (!isConnectError(refusal) || names.length === 0 || !asks || !hasTerminal()) throw refusal;
  const parts = itemParts.filter(({ name }) => names.includes(name));
  say(refusal.message);
  if (await confirmed(`Correct that in the item "${item.title}"?`)) return parts;
  throw refusal;
}

function namesBehind(code: string, happened: string): readonly ItemPart["name"][] {
  if (code === "AWS_OTP_REFUSED") return ["mfaSerial", "oneTimePassword"];
  const ofKey = /InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|IncompleteSignature/;
  return ofKey.test(happened) ? ["accessKeyId", "secretAccessKey"] : [];
}
