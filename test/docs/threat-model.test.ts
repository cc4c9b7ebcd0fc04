import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const docs = new URL("../../docs/", import.meta.url);
const page = readFileSync(new URL("threat-model.md", docs), "utf8");

test("every threat has a test, and every test that is named exists", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| "));
  const cells = rows.slice(2).map((row) => row.split(" | ").at(-1) ?? "");
  expect(cells.length).toBeGreaterThan(15);
  const named = cells.map((cell) => [...cell.matchAll(/\[(.+?)\]\((.+?\.test\.ts)\)/g)]);
  expect(named.filter((tests) => tests.length === 0)).toEqual([]);
  const missing = named.flat().filter(([, name, file = ""]) => {
    return !readFileSync(new URL(file, docs), "utf8").includes(`"${name}"`);
  });
  expect(missing.map(([whole]) => whole)).toEqual([]);
});
