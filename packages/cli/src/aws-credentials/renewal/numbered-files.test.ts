import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { latestNumber, takeNumber } from "./numbered-files.ts";

async function newPrefix(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "opconnect-numbers-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "turn.");
}

test("a number is taken once, by one of many", async () => {
  const prefix = await newPrefix();
  const takers = Array.from({ length: 20 }, (_, taker) => `${taker}`);
  const taken = await Promise.all(takers.map((taker) => takeNumber(prefix, 1, taker)));
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await readFile(`${prefix}1`, "utf8")).toBe(takers[taken.indexOf(true)]);
});

test("a number that was passed is not free, though its file was cleared away", async () => {
  const prefix = await newPrefix();
  for (const number of [1, 2, 3]) await takeNumber(prefix, number, "");
  expect(await takeNumber(prefix, 1, "")).toBe(false);
  expect(await readdir(join(prefix, ".."))).toEqual(["turn.3"]);
});

test("only files that end in a number count", async () => {
  const prefix = await newPrefix();
  expect(await latestNumber(prefix)).toBe(0);
  for (const end of ["2", "07", "10.draft", "x"]) await writeFile(`${prefix}${end}`, "");
  expect(await latestNumber(prefix)).toBe(2);
});
