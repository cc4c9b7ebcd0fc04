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

type End =
  | { readonly end: "done" | "refused" }
  | { readonly end: "failed"; readonly because: string };

/** Runs them, and tells whom it reached, with what was begun before in brackets. */
async function run(
  of: (stack: string, begin: () => Promise<void>) => Promise<End>,
  mayBegin = async (_: { name: string }) => true,
) {
  const journal = await openJournal(join(folder, "journal.json"), "test");
  const reached: string[] = [];
  const told: string[] = [];
  try {
    const ends = await runWaves<(typeof waves)[0]["stacks"][0], End>(waves, {
      journal,
      mayBegin,
      isStopped: () => false,
      run({ stack }, { wasBegun, begin }) {
        reached.push(wasBegun ? `(${stack})` : stack);
        return of(stack, begin);
      },
      onEnded: ({ stack }, { end }) => told.push(`${stack} ${end}`),
    });
    return { reached, told, ends: [...ends.values()] };
  } finally {
    await journal.close();
  }
}

const done = async (): Promise<End> => ({ end: "done" });

test("it stops at the first that fails, and goes on there when it is run again", async () => {
  const first = await run(async (stack, begin) => {
    await begin();
    return stack === "two" ? { end: "failed", because: "No." } : { end: "done" };
  });
  expect(first.reached).toEqual(["one", "two"]);
  expect(first.told).toEqual(["one done", "two failed"]);
  expect(first.ends).toEqual([
    { end: "done" },
    { end: "failed", because: "No." },
    { end: "not begun" },
  ]);
  const second = await run(done);
  expect(second.reached).toEqual(["(two)", "three"]);
  expect(second.ends.map(({ end }) => end)).toEqual(["done before", "done", "done"]);
});

test("what is refused before it is begun stops it too, and is not begun the next time", async () => {
  const refused = await run(async (stack) => ({ end: stack === "two" ? "refused" : "done" }));
  expect(refused.ends.map(({ end }) => end)).toEqual(["done", "refused", "not begun"]);
  expect((await run(done)).reached).toEqual(["two", "three"]);
});

test("what a run was ended in the middle of is begun, for the next one", async () => {
  const killed = run(async (_, begin) => {
    await begin();
    throw new Error("killed");
  });
  await expect(killed).rejects.toThrow("killed");
  expect((await run(done)).reached).toEqual(["(one)", "two", "three"]);
});

test("a wave that nobody lets begin is left, with all that come after it", async () => {
  const { reached, ends } = await run(done, async ({ name }) => name === "canary");
  expect(reached).toEqual(["one"]);
  expect(ends.map(({ end }) => end)).toEqual(["done", "not begun", "not begun"]);
});
