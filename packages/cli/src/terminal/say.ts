/** Tells the user how far a command is. Standard output is for its result alone. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
