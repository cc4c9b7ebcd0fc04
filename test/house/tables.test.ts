import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");

/** Paths that a page links to, and those that stand in code. */
function paths(page: string): readonly string[] {
  const text = readFileSync(join(repository, page), "utf8");
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = ""]) =>
    join(dirname(page), path),
  );
  const named = [...text.matchAll(/`((?:packages|test|docs|examples)\/[^` ]+\.\w+)`/g)];
  return [...links, ...named.map(([, path = ""]) => path)];
}

test.each(["README.md", "test/README.md"])("every path in %s exists", (page) => {
  const found = paths(page);
  expect(found.length).toBeGreaterThan(10);
  expect(found.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
});

test("README.md tells of every room of the packages what it is for", () => {
  const rooms = readdirSync(join(repository, "packages")).flatMap((name) => {
    const source = `packages/${name}/src`;
    if (!existsSync(join(repository, source))) return [];
    const entries = readdirSync(join(repository, source), { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [`${source}/${entry.name}`] : []));
  });
  const linked = paths("README.md").map((path) => `${path}/`);
  expect(rooms.length).toBeGreaterThan(20);
  expect(rooms.filter((room) => !linked.some((path) => path.startsWith(`${room}/`)))).toEqual([]);
});
