import { readdir, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { unlessAbsent, writeOnce } from "@opconnect/provision/write-file";

/** The highest number among the files `<prefix><number>`; 0 if there is none. */
export async function latestNumber(prefix: string): Promise<number> {
  return Math.max(0, ...(await listNumbers(prefix)));
}

/**
 * Makes the file of a number, which only one process can, and clears away those before. Answers
 * `false` if another process made it, or one with a higher number.
 */
export async function takeNumber(
  prefix: string,
  number: number,
  content: string,
): Promise<boolean> {
  if ((await latestNumber(prefix)) > number) return false;
  const path = `${prefix}${number}`;
  if (!(await writeOnce(path, content))) return false;
  const numbers = await listNumbers(prefix);
  if (Math.max(...numbers) > number) {
    // We looked long ago: since then the number was taken, and its file was cleared away.
    await rm(path, { force: true });
    return false;
  }
  const forgotten = numbers.filter((each) => each < number);
  await Promise.all(forgotten.map((each) => rm(`${prefix}${each}`, { force: true })));
  return true;
}

async function listNumbers(prefix: string): Promise<readonly number[]> {
  const names = (await unlessAbsent(() => readdir(dirname(prefix)))) ?? [];
  const start = basename(prefix);
  return names
    .filter((name) => name.startsWith(start))
    .map((name) => name.slice(start.length))
    .filter((number) => /^[1-9]\d*$/.test(number))
    .map(Number);
}
