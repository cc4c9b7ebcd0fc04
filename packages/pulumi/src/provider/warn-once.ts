const said = new Set<string>();

/**
 * Prints a line on standard error, which the engine shows as a remark; only once per process, that
 * is per run of `pulumi`.
 * @param subject What is said only once.
 * @default - the same line
 */
export function sayOnce(line: string, subject = line): void {
  if (said.has(subject)) return;
  said.add(subject);
  process.stderr.write(`${line}\n`);
}
