/**
 * Repairs the arguments of a caller that splits the `credential_process` line at every space, quotes
 * or not, as awsume does: `--item`, `"AWS`, `Access`, `Key"` become `--item`, `AWS Access Key`. Words
 * of a caller that knows quotes stay as they are, unless they begin and end with one.
 * @see https://github.com/trek10inc/awsume/blob/master/awsume/awsumepy/default_plugins.py
 */
export function rejoinWords(words: readonly string[]): readonly string[] {
  const [word, ...rest] = words;
  if (word === undefined) return [];
  const [, option = "", quote] = /^(--[\w-]+=)?(["'])/.exec(word) ?? [];
  // A word with a space in it comes from a caller that does not split there.
  const after = words.findIndex((each) => /\s/.test(each));
  const candidates = after === -1 ? words : words.slice(0, after);
  const last = candidates.findIndex((each, at) => isClosed(each, quote, at === 0 ? option : ""));
  if (quote === undefined || last === -1) return [word, ...rejoinWords(rest)];
  const quoted = words.slice(0, last + 1).join(" ");
  return [`${option}${quoted.slice(option.length + 1, -1)}`, ...rejoinWords(words.slice(last + 1))];
}

/** The quote that opens a word does not close it as well. */
function isClosed(word: string, quote: string | undefined, option: string): boolean {
  if (quote === undefined || !word.endsWith(quote)) return false;
  return !word.startsWith(`${option}${quote}`) || word.length > option.length + 1;
}
