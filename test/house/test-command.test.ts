import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";

const repository = join(import.meta.dirname, "../..");

/** What `npm test` says of a project of one test file. */
async function runTests(file: string, globalSetup = "") {
  const root = await mkdtemp(join(tmpdir(), "opconnect-test-command-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await writeFile(join(root, "one.test.js"), file);
  await writeFile(join(root, "setup.js"), `export default () => ${globalSetup || "undefined"};`);
  const config = { root, test: { globals: true, globalSetup: "./setup.js" } };
  await writeFile(join(root, "config.js"), `export default ${JSON.stringify(config)};`);
  const words = [join(repository, "test/run.ts"), "--config", join(root, "config.js")];
  const { exitCode, stdout } = await execa(process.execPath, words, {
    cwd: repository,
    preferLocal: true,
    reject: false,
    stdin: "ignore",
    // This is a run of vitest itself.
    env: { VITEST: undefined, VITEST_POOL_ID: undefined, VITEST_WORKER_ID: undefined },
  });
  return { exitCode, last: stdout.trim().split("\n").at(-1), stdout };
}

const passing = 'test("passes", () => {});';

test("one test that passes is a success", async () => {
  expect(await runTests(passing)).toMatchObject({ exitCode: 0, last: "1 passed, 0 failed" });
});

test.each([
  ["a rejection that nothing handles", `${passing} Promise.reject(new Error("fixture"));`, ""],
  ["a hook that fails after all", `${passing} afterAll(() => { throw new Error(); });`, ""],
  ["a test that is skipped", `${passing} test.skip("skipped", () => {});`, ""],
  [
    "what was started for all and cannot be ended",
    passing,
    '() => { throw new Error("fixture"); }',
  ],
])("%s is a failure", async (_, file, globalSetup) => {
  const { exitCode, last, stdout } = await runTests(file, globalSetup);
  expect({ exitCode, last }, stdout).toEqual({ exitCode: 1, last: "1 passed, 1 failed" });
});
