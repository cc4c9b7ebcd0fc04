import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const docs = new URL("../../docs/", import.meta.url);

/** The rows of a page's tables, without their heads. */
function rowsOf(page: string): readonly string[] {
  const lines = readFileSync(new URL(page, docs), "utf8").split("\n");
  return lines.filter((line, index) => {
    const isHead = lines[index + 1]?.startsWith("| --") ?? false;
    return line.startsWith("| ") && !line.startsWith("| --") && !isHead;
  });
}

test.each([
  ["threat-model.md", 15],
  ["traps.md", 40],
])("every row of docs/%s has a test, and every test that is named exists", (page, least) => {
  const cells = rowsOf(page).map((row) => row.split(" | ").at(-1) ?? "");
  expect(cells.length).toBeGreaterThan(least);
  const named = cells.map((cell) => [...cell.matchAll(/\[(.+?)\]\((.+?\.test\.ts)\)/g)]);
  expect(cells.filter((_, index) => named[index]?.length === 0)).toEqual([]);
  const missing = named.flat().filter(([, name, file = ""]) => {
    return !readFileSync(new URL(file, docs), "utf8").includes(`"${name}"`);
  });
  expect(missing.map(([whole]) => whole)).toEqual([]);
});
