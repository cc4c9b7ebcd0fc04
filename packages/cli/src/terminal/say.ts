import { withoutSecrets } from "@opconnect/core/without-secrets";

/** Tells the user how far a command is. Standard output is for its result alone. */
export function say(line: string): void {
  process.stderr.write(`${withoutSecrets(line)}\n`);
}
