import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findDamage, mendDamage } from "./damage.ts";
import type { StateFiles } from "./locate.ts";
import { damagedState } from "./refusals.ts";

let files: StateFiles;
beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), "state-files-test-"));
  files = { state: join(dir, "main.json"), history: join(dir, "history"), locks: join(dir, "l") };
  await mkdir(files.history);
});
afterEach(() => rm(join(files.state, ".."), { recursive: true, force: true }));

const stateOf = (day: number) =>
  JSON.stringify({
    version: 3,
    checkpoint: { latest: { manifest: { time: `2026-05-0${day}T12:00:00Z` }, resources: [] } },
  });

test("a whole state with whole attributes, with none, or no state at all is not damaged", async () => {
  expect(await findDamage(files)).toBeUndefined();
  await writeFile(files.state, stateOf(1));
  expect(await findDamage(files)).toBeUndefined();
  await writeFile(`${files.state}.attrs`, '{"user.content_type":"text/plain"}');
  expect(await findDamage(files)).toBeUndefined();
});

test.each(["", '{"user.cache_con'])(
  "attributes that are %j cost nothing: they are deleted, and the state is as it was",
  async (attributes) => {
    await writeFile(files.state, stateOf(1));
    await writeFile(`${files.state}.attrs`, attributes);
    const damage = await findDamage(files);
    expect(damage?.part).toBe("attributes");
    expect(damage && (await mendDamage(damage))).toContain("the state is as it was");
    expect(await readFile(files.state, "utf8")).toBe(stateOf(1));
    expect(await findDamage(files)).toBeUndefined();
  },
);

test.each(["", stateOf(5).slice(0, 60), "\0".repeat(200)])(
  "a state that is %j is replaced by its newest whole copy, and kept beside it",
  async (cutOff) => {
    await writeFile(files.state, cutOff);
    await writeFile(`${files.state}.attrs`, "");
    await writeFile(`${files.state}.bak`, stateOf(3));
    await writeFile(join(files.history, "main-1.checkpoint.json"), stateOf(4));
    await writeFile(join(files.history, "main-2.checkpoint.json"), stateOf(5).slice(0, 60));
    await writeFile(join(files.history, "main-2.history.json"), stateOf(9));
    const damage = await findDamage(files);
    expect(damage).toMatchObject({
      part: "state",
      whole: { file: join(files.history, "main-1.checkpoint.json") },
    });
    expect(damage && (await mendDamage(damage))).toContain("2026-05-04T12:00:00");
    expect(await readFile(files.state, "utf8")).toBe(stateOf(4));
    expect(await findDamage(files)).toBeUndefined();
    const names = await readdir(join(files.state, ".."));
    const kept = names.find((name) => name.startsWith("main.json.damaged-")) ?? "";
    expect(await readFile(join(files.state, "..", kept), "utf8")).toBe(cutOff);
  },
);

test("a state that is cut off, without a whole copy, is left alone", async () => {
  await writeFile(files.state, "");
  await writeFile(`${files.state}.bak`, "");
  const damage = await findDamage(files);
  expect(damage).toMatchObject({ part: "state", whole: undefined });
  expect(damage && (await mendDamage(damage))).toBeUndefined();
  expect(await readFile(files.state, "utf8")).toBe("");
});

test("a copy that does not tell its time counts as the oldest", async () => {
  const timeless = stateOf(9).replace("2026-05-09", "once");
  await writeFile(files.state, "");
  await writeFile(`${files.state}.bak`, timeless);
  const damage = await findDamage(files);
  expect(damage && damagedState("acme-prod", damage).message).toContain("from 1970-01-01");
  await writeFile(join(files.history, "main-1.checkpoint.json"), stateOf(4));
  expect((await findDamage(files))?.whole?.text).toBe(stateOf(4));
});
