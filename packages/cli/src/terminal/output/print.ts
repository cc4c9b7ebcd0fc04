let isPrinted = false;

/** Prints the result of a command, for people or for programs: the one thing on standard output. */
export function print(result: string): void {
  isPrinted = true;
  process.stdout.write(result);
}

/** Whether there was a result: some commands fail after it, and say so on standard error alone. */
export function hasPrinted(): boolean {
  return isPrinted;
}
