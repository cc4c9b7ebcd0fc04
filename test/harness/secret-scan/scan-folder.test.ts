import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scanFolder } from "./scan-folder.ts";
import { createTraceFinder } from "./trace-finder.ts";

const holdsTrace = createTraceFinder(["fixture-secret"]);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-scan-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("files are found at any depth, hidden ones and compressed ones too", async () => {
  await mkdir(join(folder, "a/.b"), { recursive: true });
  await writeFile(join(folder, "a/.b/.plain"), "x fixture-secret x");
  await writeFile(join(folder, "a/packed"), gzipSync("x fixture-secret x"));
  await writeFile(join(folder, "clean"), "nothing");
  expect(placesOf(folder)).toEqual(["a/.b/.plain", "a/packed"]);
});

test("a broken archive is searched as it is", async () => {
  const content = Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.from("fixture-secret")]);
  await writeFile(join(folder, "broken"), content);
  expect(placesOf(folder)).toEqual(["broken"]);
});

test("a name that is a secret is found and not repeated", async () => {
  await mkdir(join(folder, "a/fixture-secret"), { recursive: true });
  expect(placesOf(folder)).toEqual(["a name in a/"]);
});

test("exempt folders and files are passed over", async () => {
  await mkdir(join(folder, "store"));
  await writeFile(join(folder, "store/data"), "fixture-secret");
  await writeFile(join(folder, "stored"), "fixture-secret");
  const findings = scanFolder(folder, holdsTrace, { isExempt: (path) => path === "store" });
  expect(findings).toEqual([{ place: "stored" }]);
});

test("only what was touched since counts, whatever time a file claims for itself", async () => {
  const file = join(folder, "old");
  await writeFile(file, "fixture-secret");
  await utimes(file, new Date(0), new Date(0));
  const since = (ms: number) => ({ since: new Date(Date.now() + ms) });
  expect(scanFolder(folder, holdsTrace, since(-10_000))).toEqual([{ place: "old" }]);
  expect(scanFolder(folder, holdsTrace, since(10_000))).toEqual([]);
});

test("links are not followed, and what cannot be read holds nothing up", async () => {
  await mkdir(join(folder, "closed"), { mode: 0o000 });
  await symlink(folder, join(folder, "loop"));
  await symlink(join(folder, "nowhere"), join(folder, "dangling"));
  await writeFile(join(folder, "plain"), "fixture-secret");
  expect(placesOf(folder)).toEqual(["plain"]);
  await chmod(join(folder, "closed"), 0o700);
});

function placesOf(path: string): readonly string[] {
  return scanFolder(path, holdsTrace)
    .map(({ place }) => place)
    .sort();
}
