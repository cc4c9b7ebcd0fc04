import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openJournal } from "./journal.ts";

const disk = vi.hoisted(() => ({ isFull: false, hasLocks: true }));
vi.mock("@opconnect/provision/file-lock", async (original) => {
  const real = await original<typeof import("@opconnect/provision/file-lock")>();
  const tryFileLock: typeof real.tryFileLock = async (path) => {
    if (disk.hasLocks) return real.tryFileLock(path);
    const message = "Cannot find package 'fs-native-extensions'";
    throw Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" });
  };
  return { ...real, tryFileLock };
});
vi.mock("@opconnect/provision/write-file", async (original) => {
  const real = await original<typeof import("@opconnect/provision/write-file")>();
  const writeWhole: typeof real.writeWhole = async (...words) => {
    if (!disk.isFull) return real.writeWhole(...words);
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  };
  return { ...real, writeWhole };
});

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-journal-"));
  path = join(folder, "report.journal.json");
});
afterEach(async () => {
  disk.isFull = false;
  disk.hasLocks = true;
  await rm(folder, { recursive: true });
});

const prod = { project: "client", stack: "acme-prod" };
const dev = { project: "client", stack: "acme-dev" };

test("a second run knows what the first has done, and what it left in the middle", async () => {
  const first = await openJournal(path, "one");
  await first.note(dev, "done");
  await first.note(prod, "begun");
  await first.close();
  const second = await openJournal(path, "one");
  expect(second.progressOf(dev)).toBe("done");
  expect(second.progressOf(prod)).toBe("begun");
  expect(second.progressOf({ ...prod, project: "other" })).toBeUndefined();
  await second.close();
});

test("what is noted at once by many is all on disk in the end", async () => {
  const journal = await openJournal(path, "one");
  const stacks = Array.from({ length: 30 }, (_, index) => ({ ...dev, stack: `c${index}-dev` }));
  await Promise.all(stacks.map((stack) => journal.note(stack, "done")));
  await journal.close();
  const { stacks: written } = JSON.parse(await readFile(path, "utf8"));
  expect(Object.keys(written)).toHaveLength(30);
});

test("two runs at once do not share one", async () => {
  const first = await openJournal(path, "one");
  await expect(openJournal(path, "one")).rejects.toThrow("[FLEET_BUSY]");
  await first.close();
  await (await openJournal(path, "one")).close();
});

test("where optional packages were left out, it says which one is missing", async () => {
  disk.hasLocks = false;
  await expect(openJournal(path, "one")).rejects.toThrow(
    /cannot be locked here: .*fs-native-extensions.*install it.*\[FILE_UNWRITABLE\]/,
  );
});

test("a journal of other work is refused, and not held", async () => {
  const first = await openJournal(path, "one");
  await first.note(dev, "done");
  await first.close();
  await expect(openJournal(path, "two")).rejects.toThrow("[ARGUMENT_INVALID]");
  await (await openJournal(path, "one")).close();
});

test.each(["", "{", "[]", '{"version":2,"purpose":"one","stacks":{}}'])(
  "a file that holds %j is no journal, and stays as it is",
  async (text) => {
    await writeFile(path, text);
    await expect(openJournal(path, "one")).rejects.toThrow("[ARGUMENT_INVALID]");
    expect(await readFile(path, "utf8")).toBe(text);
  },
);

test("what a full disk does not take is said, and the journal is as it was", async () => {
  const journal = await openJournal(path, "one");
  await journal.note(dev, "done");
  disk.isFull = true;
  await expect(journal.note(prod, "begun")).rejects.toMatchObject({
    code: "FILE_UNWRITABLE",
    happened: `${path} cannot be written: the disk is full.`,
  });
  await journal.close();
  disk.isFull = false;
  const second = await openJournal(path, "one");
  expect(second.progressOf(dev)).toBe("done");
  expect(second.progressOf(prod)).toBeUndefined();
  await second.close();
});

test("a journal that cannot be kept where it is to be is refused at once", async () => {
  await writeFile(path, "");
  const below = openJournal(join(path, "journal.json"), "one");
  await expect(below).rejects.toThrow("[FILE_UNWRITABLE]");
});
