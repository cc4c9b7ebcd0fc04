const said = new Set<string>();

/**
 * Prints a line on standard error, which the engine shows as a remark; the same line only once per
 * process, that is per run of `pulumi`.
 */
export function sayOnce(line: string): void {
  if (said.has(line)) return;
  said.add(line);
  process.stderr.write(`${line}\n`);
}
