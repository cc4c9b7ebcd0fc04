import { styleText } from "node:util";

/** Announces a part of the demo. */
export function heading(text: string): void {
  process.stdout.write(
    `\n${styleText(["bold", "cyan"], `== ${text}`, { stream: process.stdout })}\n`,
  );
}

/** Says something in passing. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Shows a command before it is run, as a person would type it. */
export function showCommand(words: readonly string[]): void {
  say(styleText("bold", `$ ${words.join(" ")}`, { stream: process.stdout }));
}

let held = 0;
const failures: string[] = [];

/** Checks what the demo claims; a claim that does not hold makes the demo fail at its end. */
export function check(claim: string, holds: boolean, seen = ""): void {
  if (holds) {
    held += 1;
    say(`${styleText("green", "ok", { stream: process.stdout })}  ${claim}`);
    return;
  }
  failures.push(claim);
  say(
    `${styleText("red", "NOT SO", { stream: process.stdout })}  ${claim}${seen ? `: ${seen}` : ""}`,
  );
}

/** Says how many of the claims held, and which did not. @returns whether all did. */
export function concludeClaims(): boolean {
  say(`\n${held} of ${held + failures.length} claims held.`);
  for (const claim of failures) say(`  did not: ${claim}`);
  return failures.length === 0;
}
