import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");
const pages = globSync("{*,docs/*,packages/*/*,examples/*/*,test/*}.md", { cwd: repository });

/** What stands in a page outside of blocks of code. */
function proseOf(page: string): string {
  return readFileSync(join(repository, page), "utf8").replace(/^ *```.*?^ *```$/gms, "");
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/\]\(.*?\)/g, "")
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(pages)("every link of %s leads somewhere", (page) => {
  const links = [...proseOf(page).matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]+))?\)/g)];
  const dead = links.filter(([, path = "", anchor]) => {
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(repository, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
  });
  expect(dead.map(([link]) => link)).toEqual([]);
});

test("README.md leads to every page of docs", () => {
  const readme = proseOf("README.md");
  const all = globSync("docs/*.md", { cwd: repository });
  expect(all.length).toBeGreaterThan(15);
  expect(all.filter((page) => !readme.includes(`](${page}`))).toEqual([]);
});
