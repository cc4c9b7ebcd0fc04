import { OpFailure } from "./op-failure.ts";

/**
 * Milliseconds of a duration such as `90d`, `12h30m` or `2w`: Go's units and two longer ones.
 * @throws OpFailure in Go's words. [S] for an unknown unit
 */
export function parseDuration(text: string, flag: string, usage: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([a-zµ]*)/g)];
  const problem = findProblem(text, parts);
  if (problem !== undefined) {
    const message = `invalid argument "${text}" for "--${flag}" flag: time: ${problem}`;
    throw new OpFailure(message, { help: usage });
  }
  return parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (unitsMs[unit ?? ""] ?? 0),
    0,
  );
}

function findProblem(text: string, parts: readonly RegExpExecArray[]): string | undefined {
  if (parts.map(([part]) => part).join("") !== text || text === "") {
    return `invalid duration "${text}"`;
  }
  if (parts.some(([, , unit]) => unit === "")) return `missing unit in duration "${text}"`;
  const unknown = parts.find(([, , unit]) => unitsMs[unit ?? ""] === undefined);
  return unknown && `unknown unit "${unknown[2]}" in duration "${text}"`;
}

const unitsMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
