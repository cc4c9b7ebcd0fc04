import { execFileSync } from "node:child_process";
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { readCached, tidyFolder, writeCached } from "./cache-folder.ts";

const name = `${"a".repeat(64)}.json`;
const day = 24 * 60 * 60 * 1000;
const isRoot = process.getuid?.() === 0;

let base: string;
let folder: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "cache-folder-"));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  folder = join(base, "kept");
});
const read = async () => (await readCached(join(folder, name)))?.text;

test("what was kept is there again, and no other user can read it", async () => {
  await writeCached(join(folder, name), "kept");
  expect(await read()).toBe("kept");
  expect(execFileSync("stat", ["-c", "%a", folder, join(folder, name)], { encoding: "utf8" })).toBe(
    "700\n600\n",
  );
});

test.each<[string, () => Promise<unknown>]>([
  ["a folder that others may write to", () => chmod(folder, 0o777)],
  ["a folder of a group", () => chmod(folder, 0o770)],
  ["a file that others may write to", () => chmod(join(folder, name), 0o666)],
  ["a folder in one that anybody may write to", () => chmod(base, 0o777)],
  [
    "a link in the place of the file",
    async () => {
      await writeFile(join(base, "other"), "planted");
      await rm(join(folder, name));
      await symlink(join(base, "other"), join(folder, name));
    },
  ],
  [
    "a link in the place of the folder",
    async () => {
      await rm(folder, { recursive: true });
      await mkdir(join(base, "other"), { mode: 0o700 });
      await writeFile(join(base, "other", name), "planted", { mode: 0o600 });
      await symlink(join(base, "other"), folder);
    },
  ],
  [
    "a pipe in the place of the file",
    async () => {
      await rm(join(folder, name));
      execFileSync("mkfifo", [join(folder, name)]);
    },
  ],
  [
    "a folder in the place of the file",
    async () => {
      await rm(join(folder, name));
      await mkdir(join(folder, name));
    },
  ],
])("%s is as an empty cache", async (_, plant) => {
  await writeCached(join(folder, name), "kept");
  await plant();
  expect(await read()).toBeUndefined();
});

test.runIf(isRoot)("what another user has put there is as an empty cache", async () => {
  await writeCached(join(folder, name), "kept");
  await chown(join(folder, name), 12_345, 12_345);
  expect(await read()).toBeUndefined();
  await writeCached(join(folder, name), "kept");
  await chown(folder, 12_345, 12_345);
  expect(await read()).toBeUndefined();
  await writeCached(join(folder, name), "anew");
  await chown(folder, 0, 0);
  expect(await read()).toBe("kept");
});

test("among the temporary files a folder of our own is a cache", async () => {
  await chmod(base, 0o1777);
  await writeCached(join(folder, name), "kept");
  expect(await read()).toBe("kept");
});

test("only what is ours and old goes, and nothing behind a link", async () => {
  const old = (Date.now() - 2 * day) / 1000;
  const draft = `${name}.${crypto.randomUUID()}.tmp`;
  await writeCached(join(folder, name), "old");
  for (const file of [draft, "letter.txt"]) await writeFile(join(folder, file), "");
  for (const file of await readdir(folder)) await utimes(join(folder, file), old, old);
  await tidyFolder(folder, day);
  expect(await readdir(folder)).toEqual(["letter.txt"]);

  const elsewhere = join(base, "elsewhere");
  await mkdir(elsewhere, { mode: 0o700 });
  await writeFile(join(elsewhere, name), "");
  await utimes(join(elsewhere, name), old, old);
  await symlink(elsewhere, join(base, "link"));
  await tidyFolder(join(base, "link"), day);
  expect(await readdir(elsewhere)).toEqual([name]);
});

test("a cache that cannot be made is none", async () => {
  await writeFile(folder, "a file");
  await writeCached(join(folder, name), "kept");
  expect(await read()).toBeUndefined();
  await writeCached(`/proc/none/${name}`, "kept");
  expect(await readCached(`/proc/none/${name}`)).toBeUndefined();
});
