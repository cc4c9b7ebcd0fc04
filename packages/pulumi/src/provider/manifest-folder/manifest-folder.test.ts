import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { manifestFolder } from "../../provider.ts";

let root: string;
let directory: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "manifest-folder-"));
  directory = relative(process.cwd(), join(root, "clusters/acme-prod"));
});
afterEach(() => rm(root, { recursive: true }));

const mark = "# Written by opconnect, from the Pulumi stack client/acme-prod.";
const wanted = (files: Readonly<Record<string, string>>) => ({ directory, mark, files });
const there = (name: string) => readFile(join(directory, name), "utf8");
const id = "clusters/acme-prod";

/** What the engine has of a resource: it hands the inputs to a check, and the state to all else. */
interface Known {
  readonly inputs: Record<string, unknown>;
  readonly state: Record<string, unknown>;
}

async function created(files: Readonly<Record<string, string>>): Promise<Known> {
  const { inputs } = await manifestFolder.check({}, wanted(files));
  const { outs = {} } = await manifestFolder.create(inputs);
  return { inputs, state: outs };
}

async function next({ inputs: olds, state }: Known, files: Readonly<Record<string, string>>) {
  const { inputs, failures = [] } = await manifestFolder.check(olds, wanted(files));
  return { inputs, failures, diff: await manifestFolder.diff(id, state, inputs) };
}

test("files are written, and another preview has nothing to do", async () => {
  const known = await created({ "a.yaml": "a: 1\n", "b.yaml": "b: 1\n" });
  expect(await there("a.yaml")).toBe(`${mark}\na: 1\n`);
  expect((await readdir(directory)).sort()).toEqual(["a.yaml", "b.yaml"]);
  const again = await next(known, { "a.yaml": "a: 1\n", "b.yaml": "b: 1\n" });
  expect(again.diff).toMatchObject({ changes: false });
});

test("an update writes what is new, and removes what there is none of any more", async () => {
  const known = await created({ "a.yaml": "a: 1\n", "b.yaml": "b: 1\n" });
  const { inputs, diff } = await next(known, { "a.yaml": "a: 2\n", "c.yaml": "c: 1\n" });
  expect(diff).toMatchObject({ changes: true, replaces: [] });
  await manifestFolder.update(id, known.state, inputs);
  expect((await readdir(directory)).sort()).toEqual(["a.yaml", "c.yaml"]);
  expect(await there("a.yaml")).toBe(`${mark}\na: 2\n`);
});

test.each<[string, () => Promise<void>]>([
  ["changed by hand", () => writeFile(join(directory, "a.yaml"), "a: mine\n")],
  ["missing, as in another clone", () => rm(directory, { recursive: true })],
])("a file that is %s is named at preview, and written again", async (_, spoil) => {
  const known = await created({ "a.yaml": "a: 1\n" });
  await spoil();
  const { inputs, diff } = await next(known, { "a.yaml": "a: 1\n" });
  expect(inputs.drift).toEqual(["a.yaml"]);
  expect(diff).toMatchObject({ changes: true, replaces: [] });
  const { outs = {} } = await manifestFolder.update(id, known.state, inputs);
  expect(await there("a.yaml")).toBe(`${mark}\na: 1\n`);
  const later = await next({ inputs, state: outs }, { "a.yaml": "a: 1\n" });
  expect(later.diff).toMatchObject({ changes: false });
});

test("a refresh sees what was changed by hand, and what is gone", async () => {
  const { state } = await created({ "a.yaml": "a: 1\n", "b.yaml": "b: 1\n" });
  await writeFile(join(directory, "a.yaml"), `${mark}\na: mine\n`);
  await rm(join(directory, "b.yaml"));
  const { props } = await manifestFolder.read(id, state);
  expect(props).toMatchObject({ files: { "a.yaml": "a: mine\n" } });
});

test("a file that another has put there is refused, at preview and in an update", async () => {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "a.yaml"), "theirs: 1\n");
  const { failures } = await manifestFolder.check({}, wanted({ "a.yaml": "a: 1\n" }));
  expect(failures).toEqual([
    { property: "directory", reason: expect.stringContaining("[MANIFEST_FOREIGN]") },
  ]);
  const files = { "0.yaml": "0: 1\n", "a.yaml": "a: 1\n" };
  await expect(manifestFolder.create(wanted(files))).rejects.toThrow("[MANIFEST_FOREIGN]");
  expect(await readdir(directory)).toEqual(["a.yaml"]);
  expect(await there("a.yaml")).toBe("theirs: 1\n");
});

test("nothing is written through a link", async () => {
  const other = join(root, "other.yaml");
  await mkdir(directory, { recursive: true });
  await writeFile(other, "theirs: 1\n");
  await symlink(other, join(directory, "a.yaml"));
  await expect(manifestFolder.create(wanted({ "a.yaml": "a: 1\n" }))).rejects.toThrow(
    "[MANIFEST_FOREIGN]",
  );
  expect(await readFile(other, "utf8")).toBe("theirs: 1\n");
});

test("a creation that was cut short goes on, by the line that its files begin with", async () => {
  await created({ "a.yaml": "a: 1\n" });
  const { failures = [] } = await manifestFolder.check({}, wanted({ "a.yaml": "a: 2\n" }));
  expect(failures).toEqual([]);
});

test("what goes takes its own files along, and no others", async () => {
  const { state } = await created({ "a.yaml": "a: 1\n", "b.yaml": "b: 1\n", "c.yaml": "c: 1\n" });
  await writeFile(join(directory, "theirs.yaml"), "theirs: 1\n");
  await writeFile(join(directory, "b.yaml"), "theirs: 1\n");
  await writeFile(join(directory, "c.yaml"), `${mark}\nc: mine\n`);
  await manifestFolder.delete(id, state);
  expect((await readdir(directory)).sort()).toEqual(["b.yaml", "theirs.yaml"]);
});

test("a folder in which nothing is left goes too", async () => {
  const { state } = await created({ "a.yaml": "a: 1\n" });
  await manifestFolder.delete(id, state);
  await expect(readdir(directory)).rejects.toThrow("ENOENT");
});

test("another folder is another one", async () => {
  const { state } = await created({ "a.yaml": "a: 1\n" });
  const moved = { ...wanted({ "a.yaml": "a: 1\n" }), directory: `${directory}-2` };
  expect(await manifestFolder.diff(id, state, moved)).toMatchObject({ replaces: ["directory"] });
});
