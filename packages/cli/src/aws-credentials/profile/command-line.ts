import { ConnectError } from "@opconnect/core";

/**
 * Writes words as a `credential_process` line. Some SDKs split it by the rules of a shell, others
 * hand it to the system's own, so only what all of them read alike is written.
 * @throws `AWS_PROFILE_INVALID` if a word cannot be written so.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export function renderCommandLine(
  words: readonly string[],
  platform: NodeJS.Platform = process.platform,
): string {
  return words.map((word) => quoted(word, platform)).join(" ");
}

/** Splits a line into words as a shell does. */
export function splitCommandLine(line: string): readonly string[] {
  const words: string[] = [];
  // A backslash is read in one way only: else a line without its last quote would take for ever.
  const pattern =
    /\s*((?:"(?:\\["\\]|\\(?!["\\])|[^"\\])*"|'[^']*'|\\(?=[\s"'])[\s"']|[^\s"'])+)/gy;
  for (const [, word = ""] of line.matchAll(pattern)) words.push(unquoted(word));
  return words;
}

function quoted(word: string, platform: NodeJS.Platform): string {
  const isWindows = platform === "win32";
  if (isWindows ? /^[\w@+=:,./\\-]+$/.test(word) : /^[\w@%+=:,./-]+$/.test(word)) return word;
  // Files of AWS have comments behind a space; cmd.exe puts in variables even between quotes.
  const isUnsafe = /[\r\n]|(^|\s)[#;]/.test(word) || (isWindows && /["%!]/.test(word));
  if (isUnsafe || word === "") {
    throw new ConnectError(
      "AWS_PROFILE_INVALID",
      `"${word}" cannot be written into a line of ~/.aws/config that all tools read alike.`,
      "Use the item's id instead of its name.",
    );
  }
  if (isWindows || !/["$`\\!]/.test(word)) return `"${word}"`;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

function unquoted(word: string): string {
  return word.replaceAll(
    /"((?:\\["\\]|\\(?!["\\])|[^"\\])*)"|'([^']*)'|\\([\s"'])/g,
    (_, double?: string, single?: string, escaped?: string) =>
      double?.replaceAll(/\\(["\\])/g, "$1") ?? single ?? escaped ?? "",
  );
}
