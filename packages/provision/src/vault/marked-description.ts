/**
 * Description of a vault of ours. The mark comes last, where it disturbs least.
 * @param mark Word that says whose vault it is, e.g. `"opconnect:acme/prod/app"`.
 */
export function markedDescription(text: string | undefined, mark: string): string {
  return text === undefined || text === "" ? mark : `${text} · ${mark}`;
}

export function isMarked(description: string | undefined, mark: string): boolean {
  return (description ?? "").split(/\s+/).includes(mark);
}

/**
 * The description that a vault shall get, or `undefined` if it shall stay as it is. What a person
 * wrote is kept: our text only replaces our own.
 * @param current As 1Password has it.
 * @param wanted Our text.
 * @param previous Our texts of before, as far as known.
 */
export function planDescription(
  current: string | undefined,
  mark: string,
  wanted: string | undefined,
  previous: readonly (string | undefined)[] = [],
): string | undefined {
  const text = textOf(current ?? "", mark);
  const isOurs = text === "" || previous.includes(text);
  const planned = markedDescription(isOurs ? wanted : text, mark);
  return planned === current ? undefined : planned;
}

/** A description without its mark, wherever a person has moved it. */
function textOf(description: string, mark: string): string {
  if (!isMarked(description, mark)) return description.trim();
  const [before = "", ...after] = description.split(mark);
  return [before.replace(/\s*·?\s*$/, ""), after.join(mark)].join("").trim();
}
