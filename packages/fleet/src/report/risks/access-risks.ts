import type { PlannedStep } from "../engine/planned-steps.ts";
import { shownText } from "../shown.ts";
import { type Properties, type Risk, recordIn, risk, textsIn } from "./risk.ts";

/** Of a vault that goes, or that more people may use. */
export function vaultRisks(
  { operation, before }: PlannedStep,
  name: string,
  olds: Properties,
  news: Properties,
): readonly Risk[] {
  const vault = `The vault "${name}"`;
  if (operation === "replace")
    return [risk("vault-deleted", "high", `${vault} is replaced by another one.`)];
  if (operation === "delete") {
    if (before?.retainOnDelete)
      return [
        risk("vault-deleted", "low", `${vault} leaves the environment and stays in 1Password.`),
      ];
    const how =
      olds.evenIfNotEmpty === true ? "deleted with all items in it" : "deleted if it holds no item";
    return [risk("vault-deleted", "high", `${vault} is ${how}.`)];
  }
  return ["groups", "users"].flatMap((who) => {
    const [before, after] = [recordIn(olds, who), recordIn(news, who)];
    return Object.entries(after).flatMap(([person, role]) =>
      roleRank(role) <= roleRank(before[person])
        ? []
        : [
            risk(
              "access-widened",
              "high",
              `${vault} can be used by "${shownText(person)}" (${shownText(String(role))}).`,
            ),
          ],
    );
  });
}

function roleRank(role: unknown): number {
  return ["read", "read-write", "manage"].indexOf(String(role));
}

/** Of a secret of the store that more may read. */
export function readerRisks(name: string, olds: Properties, news: Properties): readonly Risk[] {
  const [before, after] = [recordIn(olds, "store"), recordIn(news, "store")];
  if (Object.keys(after).length === 0) return [];
  const what = `The secret "${name}" of the store`;
  if (Array.isArray(before.readers) && !Array.isArray(after.readers))
    return [risk("reader-added", "high", `${what} can be read by all whom IAM allows it.`)];
  return ["readers", "recipients"].flatMap((who) => {
    const former = textsIn(before, who);
    // Without a list IAM alone decides: with one, fewer can read it.
    if (!Array.isArray(before[who])) return [];
    return textsIn(after, who)
      .filter((each) => !former.includes(each))
      .map((each) => risk("reader-added", "high", `${what} can be read by ${shownText(each)}.`));
  });
}
