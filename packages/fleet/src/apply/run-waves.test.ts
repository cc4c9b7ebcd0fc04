import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openJournal } from "./journal.ts";
import { runWaves } from "./run-waves.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-waves-"));
});
afterEach(() => rm(folder, { recursive: true }));

const [one, two, three] = ["one", "two", "three"].map((stack) => ({ project: "p", stack }));
const waves = [
  { name: "canary", stacks: [one] },
  { name: "rest", stacks: [two, three] },
].map(({ name, stacks }) => ({ name, stacks: stacks.filter((each) => each !== undefined) }));

/** Runs them, and tells whom it reached, with what was begun before in brackets. */
async function run(failing: string, mayBegin = async (_: { name: string }) => true) {
  const journal = await openJournal(join(folder, "journal.json"), "test");
  const reached: string[] = [];
  const { turns, failure } = await runWaves(waves, {
    journal,
    mayBegin,
    isStopped: () => false,
    async run({ stack }, wasBegun) {
      reached.push(wasBegun ? `(${stack})` : stack);
      if (stack === failing) throw new Error(`${stack} failed`);
    },
  });
  await journal.close();
  return { reached, turns: [...turns.values()], failure };
}

test("it stops at the first that fails, and goes on there when it is run again", async () => {
  const first = await run("two");
  expect(first.reached).toEqual(["one", "two"]);
  expect(first.turns).toEqual(["done", "failed", "not begun"]);
  expect(first.failure).toMatchObject({ message: "two failed" });
  const second = await run("");
  expect(second.reached).toEqual(["(two)", "three"]);
  expect(second.turns).toEqual(["done before", "done", "done"]);
});

test("a wave that nobody lets begin is left, with all that come after it", async () => {
  const { reached, turns } = await run("", async ({ name }) => name === "canary");
  expect(reached).toEqual(["one"]);
  expect(turns).toEqual(["done", "not begun", "not begun"]);
});
