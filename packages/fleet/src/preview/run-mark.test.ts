import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { FactReader } from "../affected/file-facts.ts";
import { trackedFiles } from "../affected/tracked-files.ts";
import { readProject } from "../stacks/project.ts";
import { type MarkedPreview, markRun } from "./run-mark.ts";

const files = {
  "infra/Pulumi.yaml": "name: fleet\nruntime: nodejs\n",
  "infra/index.ts": "export const a = 1;\n",
  "infra/package.json": "{}",
  "infra/settings.json": "{}",
  "infra/rules/PulumiPolicy.yaml": "runtime: nodejs\n",
};
const author = ["-c", "user.name=fixture", "-c", "user.email=fixture@example.com"];

let root: string;
const write = (name: string, text: string) => writeFile(join(root, name), text);
const git = (...words: readonly string[]) => execa("git", [...author, ...words], { cwd: root });

/** A checkout, as every machine makes its own. */
async function checkOut(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "opconnect-mark-")));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

beforeEach(async () => {
  root = await checkOut();
});

async function commit(): Promise<string> {
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  const dates = { GIT_AUTHOR_DATE: "2026-11-29T08:00Z", GIT_COMMITTER_DATE: "2026-11-29T08:00Z" };
  await execa("git", [...author, "commit", "--quiet", "--message=first"], {
    cwd: root,
    env: dates,
  });
  return (await git("rev-parse", "HEAD")).stdout;
}

async function mark(change: Partial<MarkedPreview> = {}) {
  const project = await readProject(join(root, "infra"));
  const ruling = change.policies === undefined ? [] : await trackedFiles(join(root, "infra/rules"));
  const all = await trackedFiles(join(root, "infra"));
  const deciding = { files: all.toSorted(), ruling, engine: "v1", facts: new FactReader() };
  const preview = { project, deciding, selection: {}, tags: [], ...change };
  return markRun(preview, new Date("2026-11-29T08:00:00Z"));
}

test("two checkouts of a commit have one mark, whatever the shard before left there", async () => {
  const head = await commit();
  const first = await mark();
  expect(first.commit).toBe(head);
  await write("infra/shard-1.json", "{}");
  await write("infra/fleet.html", "<p>");
  expect(await mark()).toEqual(first);
  root = await checkOut();
  expect(await commit()).toBe(head);
  expect(await mark()).toEqual(first);
});

test.each(["infra/index.ts", "infra/settings.json", "infra/Pulumi.yaml"])(
  "a change of %s that is not committed is another program of the same commit",
  async (file) => {
    await commit();
    const first = await mark();
    await write(file, "name: fleet\nruntime: nodejs\n# changed");
    const second = await mark();
    expect(second.commit).toBe(first.commit);
    expect(second.program).not.toBe(first.program);
  },
);

test("without git the program alone counts, and no report in its folder", async () => {
  const first = await mark();
  expect(first.commit).toBeUndefined();
  await write("infra/shard-1.json", "{}");
  await write("infra/report.md", "# Report");
  expect(await mark()).toEqual(first);
  await write("infra/index.ts", "export const a = 2;\n");
  expect((await mark()).program).not.toBe(first.program);
});

test("what was asked for is part of the mark, in whatever order", async () => {
  await commit();
  const policies = { packs: [join(root, "infra/rules")], configs: [] };
  const asked: readonly Partial<MarkedPreview>[] = [
    {},
    { selection: { clients: ["acme"] } },
    { selection: { names: ["acme"] } },
    { tags: ["acme"] },
    { affected: {} },
    { affected: { base: "main" } },
    { policies },
  ];
  const requests = await Promise.all(asked.map(async (each) => (await mark(each)).request));
  expect(new Set(requests).size).toBe(asked.length);
  const [one, other] = await Promise.all(
    [
      ["a", "b"],
      ["b", "a", "a"],
    ].map((names) => mark({ selection: { names } })),
  );
  expect(one).toEqual(other);
  await write("infra/rules/PulumiPolicy.yaml", "runtime: nodejs\n# stricter");
  expect(requests).not.toContain((await mark({ policies })).request);
});
