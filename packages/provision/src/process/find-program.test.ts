import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { findProgram } from "./find-program.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-path-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ["first", "second", "third"]) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "op"), "");
  }
  await mkdir(join(folder, "fourth", "op"), { recursive: true });
  for (const name of ["second", "third"]) await chmod(join(folder, name, "op"), 0o755);
});

const on = (...folders: readonly string[]) => findProgram("op", { PATH: folders.join(":") });
const at = (name: string) => join(folder, name);

test("the first that can be run is taken, by its absolute path", () => {
  expect(on(at("none"), at("fourth"), at("first"), at("second"), at("third"))).toBe(
    join(at("second"), "op"),
  );
  expect(findProgram("op", { Path: at("third") })).toBe(join(at("third"), "op"));
  expect(on(at("first"))).toBeUndefined();
  expect(findProgram("op", {})).toBeUndefined();
});

test("neither the current folder nor one relative to it is looked into", () => {
  const here = relative(process.cwd(), at("second"));
  for (const entry of ["", ".", here, `./${here}`]) {
    expect(on(entry)).toBeUndefined();
    expect(on(entry, at("third"))).toBe(join(at("third"), "op"));
  }
});
