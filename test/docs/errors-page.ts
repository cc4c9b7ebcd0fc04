import { type ConnectErrorCode, connectErrorCodes } from "@opconnect/core";
import { errorGuide } from "@opconnect/core/error-guide";
import {
  type RecordedOpFailure,
  recordedOpFailures,
} from "../../packages/provision/fixtures/data/recorded-op-failures.ts";
import { table } from "./table.ts";

/** Renders docs/errors.md from the codes, what to do about each, and the recorded texts of `op`. */
export function errorsPage(): string {
  const groups = errorGuide.map(({ title, remedies }) => `## ${title}\n\n${remedyTable(remedies)}`);
  return `${[introduction, ...groups, `## What \`op\` prints\n\n${recordings}\n\n${recordedTable()}`].join("\n\n")}\n`;
}

const introduction = `<!-- Written by test/docs/write-errors-page.ts: run \`npm run docs:errors\` instead of editing it. -->

# Errors

Every error that opconnect throws on purpose is a \`ConnectError\`. Its text says what happened, then what to do, and ends in its code in square brackets. Codes are stable, so scripts may match them; the words around them may change. In code, use \`isConnectError(error)\` and \`error.code\`.

No error holds a credentials file, a Connect token, an item's value or a link that opens one.`;

const recordings = `\`op\` has no error codes, only texts. These are known, and the tests compare each with the code it leads to. A text that is not among them becomes \`OP_FAILED\` and is shown whole, and so is every other: nothing that \`op\` says is hidden behind a guess.

_Seen_ texts were recorded in public issues, scripts and fixtures, _reported_ ones told by one user; where no text of a case is public, one is _assumed_. Exit code 6 while a server or a token is made is taken for a refusal of a vault.`;

function remedyTable(remedies: Partial<Readonly<Record<ConnectErrorCode, string>>>): string {
  const rows = Object.entries(remedies).map(([code, remedy]) => [
    `\`${code}\``,
    connectErrorCodes[code as ConnectErrorCode],
    remedy,
  ]);
  return table(["Code", "Meaning", "What to do"], rows);
}

function recordedTable(): string {
  const rows = recordedOpFailures.map((failure) => [
    `\`${failure.code}\``,
    failure.command ?? "list vaults",
    inCode(onOneLine(failure)),
    String(failure.exitCode ?? 1),
    failure.source,
  ]);
  return table(["Code", "While it was to", "Text", "Exit code", "Source"], rows);
}

function onOneLine({ text }: RecordedOpFailure): string {
  return text.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
}

/** A text with a backtick stands between two, and apart from them where it ends in one. */
function inCode(text: string): string {
  if (!text.includes("`")) return `\`${text}\``;
  const gap = /^`|`$/.test(text) ? " " : "";
  return `\`\`${gap}${text}${gap}\`\``;
}
