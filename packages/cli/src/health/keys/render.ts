import type { ItemPart, PredictedPart, PredictedSecret } from "@opconnect/core";
import { counted } from "@opconnect/core/counted";
import { quote } from "@opconnect/core/quote";
import { tinted } from "../../terminal/style.ts";
import { renderTable } from "../../terminal/table.ts";
import { wrapped } from "../../terminal/wrapped.ts";

/** The Secret of an item, and whose operator would write it. */
export interface PredictedKeys {
  readonly item: { readonly title: string };
  readonly chart: string;
  /** Version of the operator; none of a chart that is newer than those that are known. */
  readonly operator: string | undefined;
  readonly secret: PredictedSecret;
}

/** Renders for people which keys come of what, and what comes to nothing. */
export function renderKeys(predicted: PredictedKeys, stream: NodeJS.WriteStream): string {
  const { isRefused, parts } = predicted.secret;
  const spoilers = parts.filter(({ outcome }) => outcome === "refused");
  const others = parts.filter((part) => !hasKey(part) && !spoilers.includes(part));
  const keys = parts.filter(hasKey).map((part) => [part.key, textOf(part), noteOf(part, stream)]);
  const reasons = (left: readonly PredictedPart[]) =>
    left.map((part) => [textOf(part), reasonOf(part)]);
  const table = (intro: string, headings: readonly string[], rows: readonly string[][]) =>
    rows.length === 0 ? [] : [`${intro}${renderTable(headings, rows, stream)}`];
  return [
    `${wrapped(`${summaryOf(predicted, stream)} ${basisOf(predicted)}`, 0)}\n`,
    ...table("It refuses:\n\n", ["FROM", "WHY"], reasons(spoilers)),
    ...table(isRefused ? "But for that:\n\n" : "", ["KEY", "FROM", "NOTE"], keys),
    ...table("Left out:\n\n", ["FROM", "WHY"], reasons(others)),
  ].join("\n");
}

function summaryOf({ item, secret }: PredictedKeys, stream: NodeJS.WriteStream): string {
  const title = quote(item.title);
  return secret.isRefused
    ? tinted(`Kubernetes refuses the Secret of ${title} as a whole.`, "failed", stream)
    : `The Secret of ${title} has ${counted(secret.keys.length, "key")}.`;
}

function basisOf({ chart, operator }: PredictedKeys): string {
  return operator === undefined
    ? `The operator of chart ${chart} is taken to write it as the newest that is known.`
    : `So operator ${operator} of chart ${chart} writes it.`;
}

function hasKey({ outcome }: PredictedPart): boolean {
  return outcome === "arrives" || outcome === "undecided";
}

function textOf({ kind, label, section }: ItemPart): string {
  const named =
    label === ""
      ? `${kind} without a ${kind === "file" ? "name" : "label"}`
      : `${kind} ${quote(label)}`;
  return section === undefined ? named : `${named} in section ${quote(section)}`;
}

function noteOf(part: PredictedPart, stream: NodeJS.WriteStream): string {
  const { key, label, outcome, hasValue, isOneTimePassword } = part;
  const notes = [
    ...(isOneTimePassword && hasValue
      ? [
          "The seed of all its codes, and no code: whoever reads the Secret can make codes for ever. Keep the one-time password in an item apart.",
        ]
      : []),
    ...(outcome === "undecided"
      ? ["One of several websites with this key, by chance. Give them labels that differ more."]
      : []),
    ...(key.length < label.length && label.startsWith(key) ? ["Its label is cut."] : []),
    ...(hasValue ? [] : ["It is empty."]),
  ];
  return notes.length === 0 ? "" : tinted(notes.join(" "), "warning", stream);
}

function reasonOf({ kind, key, outcome, lostTo }: PredictedPart): string {
  const name = kind === "file" ? "name" : "label";
  switch (outcome) {
    case "lost":
      return `the key ${key} is that of ${lostTo === undefined ? "another" : textOf(lostTo)}`;
    case "no-key":
      return `nothing of its ${name} can stand in a key`;
    case "no-value":
      return "it is empty";
    case "not-read":
      return "this operator reads no websites";
    case "refused":
      if (key === "") {
        return `nothing of its ${name} can stand in a key, and this operator writes one all the same: give it another, or use chart 2.3.0 or newer`;
      }
      return `its ${name} becomes the key ${quote(key)}, which Kubernetes does not take: give it another`;
    default:
      return "";
  }
}
