import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";

/** Loads a program three times in one process, and gives what it exported each time. */
async function loadThrice(
  files: Readonly<Record<string, string>>,
  entry: string,
  isModule: boolean,
) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "opconnect-afresh-")));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const script = `
    import { readFileSync } from "node:fs";
    import { loadAfresh } from ${JSON.stringify(import.meta.resolve("./load-afresh.ts"))};
    const program = loadAfresh({
      entry: { file: ${JSON.stringify(join(folder, entry))}, isModule: ${isModule} },
      compiled: (file) => readFileSync(file, "utf8").replaceAll(": number", ""),
    });
    const results = [];
    for (let run = 1; run <= 3; run += 1) results.push({ ...(await program.load()) });
    console.log(JSON.stringify({ results, usesGlobals: program.usesGlobals }));
  `;
  const { stdout } = await execa("node", ["--input-type=module", "--eval", script]);
  const printed: { results: readonly unknown[]; usesGlobals: boolean } = JSON.parse(stdout);
  return { ...printed, folder };
}

const library = {
  // Counts how often it is loaded, where nothing of the program's is.
  "node_modules/count/index.js":
    "process.loaded = (process.loaded ?? 0) + 1; exports.loaded = () => process.loaded; exports.calls = 0;",
  "node_modules/count/package.json": '{"name":"count","main":"index.js"}',
  "node_modules/@pulumi/pulumi/index.js": "let stack = 0; exports.next = () => ++stack;",
  "node_modules/@acme/settings/index.js":
    'exports.stack = require("@pulumi/pulumi").next(); exports.count = require("count");',
  "node_modules/@acme/modern/package.json": '{"type":"module","exports":"./index.js"}',
  "node_modules/@acme/modern/index.js":
    'import settings from "@acme/settings"; export let modern = 0; export const more = () => ++modern; export const stack = settings.stack;',
};

test("a program of CommonJS finds nothing of the run before it", async () => {
  const { results, usesGlobals } = await loadThrice(
    {
      ...library,
      "index.ts":
        'const state = require("./lib/state"); const m = require("@acme/modern"); m.more(); const n: number = ++state.n; module.exports = { n, modern: m.modern, modernStack: m.stack, stack: require("@acme/settings").stack, loaded: require("count").loaded(), name: __filename.slice(__dirname.length), data: ++require("./data.json").n };',
      "lib/state.ts": "exports.n = 0;",
      "data.json": '{"n":0}',
    },
    "index.ts",
    false,
  );
  expect(usesGlobals).toBe(false);
  expect(results).toEqual(
    [1, 2, 3].map((stack) => ({
      n: 1,
      modern: 1,
      modernStack: stack,
      stack,
      loaded: 1,
      name: "/index.ts",
      data: 1,
    })),
  );
});

test("a program of ESM finds nothing of the run before it, and its own names as they are", async () => {
  const { results, folder } = await loadThrice(
    {
      ...library,
      "package.json": '{"type":"module"}',
      "index.ts":
        'import { more, state } from "./lib/state.js"; import old from "./old.cjs"; import data from "./data.json" with { type: "json" }; import { modern, more as m } from "@acme/modern"; import count from "count"; m(); more(); const n: number = state.n; export { n, modern }; export const twice = ++old.n + ++data.n; export const loaded = count.loaded(); export const names = [import.meta.url, import.meta.filename, import.meta.dirname]; export const late = (await import("./late.ts")).late;',
      "lib/state.ts": "export const state = { n: 0 }; export const more = () => { state.n += 1; };",
      "late.ts": 'import { state } from "./lib/state.js"; export const late: number = state.n;',
      "old.cjs": "exports.n = 0;",
      "data.json": '{"n":0}',
    },
    "index.ts",
    true,
  );
  const file = join(folder, "index.ts");
  expect(results).toEqual(
    [1, 2, 3].map(() => ({
      n: 1,
      modern: 1,
      twice: 2,
      loaded: 1,
      names: [pathToFileURL(file).href, file, folder],
      late: 1,
    })),
  );
});

test("a program that keeps something globally is known by it", async () => {
  const { usesGlobals } = await loadThrice(
    { "index.js": "globalThis.kept ??= 1; exports.n = globalThis.kept++;" },
    "index.js",
    false,
  );
  expect(usesGlobals).toBe(true);
});
