import { writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { editWhole, writeOnce, writeWhole } from "./write-file.ts";

const disk = vi.hoisted(() => ({ refusal: undefined as string | undefined, isFull: false }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const link: typeof real.link = async (from, to) => {
    if (disk.refusal === undefined) return real.link(from, to);
    throw Object.assign(new Error(disk.refusal), { code: disk.refusal });
  };
  const open: typeof real.open = async (...words) => {
    const file = await real.open(...words);
    if (!disk.isFull) return file;
    file.sync = async () => {
      throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    };
    return file;
  };
  return { ...real, link, open };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-write-file-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.each([undefined, "EPERM", "ENOTSUP"])("where a link says %s", (refusal) => {
  beforeEach(() => {
    disk.refusal = refusal;
  });

  test("of many who write a file once, one does, and nothing else is left", async () => {
    const path = join(folder, "turn.1");
    const writers = Array.from({ length: 8 }, (_, index) => writeOnce(path, `writer ${index}`));
    const wrote = await Promise.all(writers);
    expect(wrote.filter(Boolean)).toHaveLength(1);
    expect(await readFile(path, "utf8")).toBe(`writer ${wrote.indexOf(true)}`);
    expect(await readdir(folder)).toEqual(["turn.1"]);
  });
});

test("another refusal of the disk is told", async () => {
  disk.refusal = "EIO";
  await expect(writeOnce(join(folder, "turn.1"), "text")).rejects.toThrow("EIO");
});

test("what is written while a file is edited is edited too, and kept", async () => {
  const path = join(folder, "config");
  await writeFile(path, "one");
  let calls = 0;
  await editWhole(path, (text = "") => {
    calls += 1;
    if (calls === 1) writeFileSync(path, "other");
    return `${text} edited`;
  });
  expect(await readFile(path, "utf8")).toBe("other edited");
  expect(await readdir(folder)).toEqual(["config"]);
});

test("a file that never stands still is left alone, and said so", async () => {
  const path = join(folder, "config");
  let count = 0;
  const editing = editWhole(path, (text = "") => {
    count += 1;
    writeFileSync(path, `${count}`);
    return `${text} edited`;
  });
  await expect(editing).rejects.toThrow(`changes ${path} all the time`);
  expect(await readdir(folder)).toEqual(["config"]);
});

test("on a full disk a file stays as it is, and nothing is left beside it", async () => {
  const path = join(folder, "state.json");
  await writeWhole(path, "one");
  disk.isFull = true;
  try {
    await expect(writeWhole(path, "two")).rejects.toThrow("ENOSPC");
  } finally {
    disk.isFull = false;
  }
  expect(await readFile(path, "utf8")).toBe("one");
  expect(await readdir(folder)).toEqual(["state.json"]);
});
