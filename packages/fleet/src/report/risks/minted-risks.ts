import { isRecord } from "@opconnect/core";
import type { PlannedStep } from "../engine/planned-steps.ts";
import { shownText } from "../shown.ts";
import { type Properties, type Risk, risk } from "./risk.ts";

/** Of a Connect server that goes, or reaches more. */
export function serverRisks(
  { operation }: PlannedStep,
  name: string,
  olds: Properties,
  news: Properties,
): readonly Risk[] {
  if (operation === "delete")
    return [
      risk(
        "server-replaced",
        "high",
        `The Connect server "${name}" is deleted, and with it all its tokens.`,
      ),
    ];
  if (operation === "replace")
    return [
      risk(
        "server-replaced",
        "high",
        `The Connect server "${name}" is replaced, and all its tokens with it.`,
      ),
    ];
  return widened(`The Connect server "${name}"`, olds, news);
}

/** Of a Connect token that is new, goes, or reaches more. */
export function tokenRisks(
  step: PlannedStep,
  name: string,
  olds: Properties,
  news: Properties,
): readonly Risk[] {
  const token = `The Connect token "${name}"`;
  if (step.operation === "create")
    return [
      risk("reader-added", "medium", `${token} is new: who has it reads ${vaultKeys(news)}.`),
    ];
  if (step.operation === "delete")
    return [
      risk("token-replaced", "medium", `${token} is revoked: what uses it loses its access.`),
    ];
  const replaced =
    step.operation === "replace"
      ? [
          risk(
            "token-replaced",
            "medium",
            `${token} is replaced: what uses the old one has to take the new one.`,
          ),
        ]
      : [];
  return [...replaced, ...widened(token, olds, news)];
}

/** A vault more, or one that may be written to. */
function widened(what: string, olds: Properties, news: Properties): readonly Risk[] {
  const before = new Map(grantsOf(olds).map(({ key, access }) => [key, access]));
  return grantsOf(news).flatMap(({ key, access }) => {
    const former = before.get(key);
    if (former === access || (former === "read-write" && access === "read")) return [];
    const text =
      former === undefined
        ? `${what} gets access to the vault "${key}" (${access}).`
        : `${what} may write to the vault "${key}".`;
    return [risk("access-widened", "high", text)];
  });
}

function grantsOf({
  vaults,
}: Properties): readonly { readonly key: string; readonly access: string }[] {
  if (!Array.isArray(vaults)) return [];
  return vaults
    .filter(isRecord)
    .map(({ key, access }) => ({ key: shownText(String(key)), access: shownText(String(access)) }));
}

function vaultKeys(news: Properties): string {
  const keys = grantsOf(news).map(({ key }) => `"${key}"`);
  return keys.length === 0 ? "no vault" : `the vaults ${keys.join(", ")}`;
}
