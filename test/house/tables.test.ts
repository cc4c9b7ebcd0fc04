import { existsSync, readFileSync } from "node:fs";
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
