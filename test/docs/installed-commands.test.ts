import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");

const manifests = globSync("{packages,examples}/*/package.json", { cwd: repository }).map((file) =>
  JSON.parse(readFileSync(join(repository, file), "utf8")),
);
const commands = manifests.flatMap(({ bin = {} }) => Object.keys(bin));

/** Pages, and texts of our commands, of a demo and of workflows: whatever people copy from. */
const sources = globSync(
  [
    "{*,docs/*,packages/*/*,examples/*/*,test/*}.md",
    "packages/*/src/**/*.ts",
    "test/demo/**/*.ts",
    ".github/workflows/*.yml",
  ],
  { cwd: repository },
).filter((file) => !file.endsWith(".test.ts"));

test.each(["opconnect-sandbox init", "opconnect doctor", "whatever --help", "--yes whatever"])(
  "npx %s would download what anybody could have published",
  (words) => {
    expect(downloads(`Run \`npx ${words}\`.`)).toHaveLength(1);
    expect(downloads(`Run \`npx --no-install ${words}\`.`)).toEqual([]);
  },
);

test("no page and no text has npx run what is not installed", () => {
  expect(sources.length).toBeGreaterThan(100);
  const found = sources.flatMap((file) =>
    downloads(readFileSync(join(repository, file), "utf8")).map((call) => `${file}: ${call}`),
  );
  expect(found).toEqual([]);
});

test("after npm ci every command of the packages is there", () => {
  expect([...commands].sort()).toEqual(["opconnect", "opconnect-sandbox"]);
  for (const name of commands) {
    expect(existsSync(join(repository, "node_modules/.bin", name)), name).toBe(true);
  }
});

test("CONTRIBUTING.md lists the names that have to be reserved", () => {
  const page = readFileSync(join(repository, "CONTRIBUTING.md"), "utf8");
  const names = manifests.filter((each) => !each.private).map(({ name }) => name.split("/")[0]);
  for (const name of new Set([...names, ...commands])) {
    expect(page).toMatch(new RegExp(`^\\| (the scope )?\`${name}\` +\\|`, "m"));
  }
});

/** Calls that ask the registry for what is no library of this repository. */
function downloads(text: string): readonly string[] {
  const calls = text.matchAll(
    /\b(?:npx|bunx|pnpx|pnpm dlx|yarn dlx|npm exec)((?: --?[\w-]+)*) +([@\w][\w@/.-]*)/g,
  );
  return [...calls].flatMap(([call, options = "", command = ""]) => {
    if (options.includes("--no-install")) return [];
    return ["tsc", "vitest"].includes(command) ? [] : [call];
  });
}
