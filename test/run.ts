import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";

const resultsSchema = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/**
 * Runs all suites and ends with the line `N passed, N failed`. A test file that could not be loaded
 * counts as a failure, and so does a skipped test: nothing is to be skipped.
 */
const folder = await mkdtemp(join(tmpdir(), "opconnect-results-"));
try {
  const file = join(folder, "results.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  await execa("vitest", ["run", ...reporters, ...process.argv.slice(2)], {
    preferLocal: true,
    stdio: "inherit",
    reject: false,
  });
  const { passed, failed } = count(await readFile(file, "utf8").catch(() => undefined));
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

function count(results: string | undefined): { passed: number; failed: number } {
  if (results === undefined) return { passed: 0, failed: 1 };
  const { testResults } = resultsSchema.parse(JSON.parse(results));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === "passed").length;
  const emptyFiles = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  ).length;
  return { passed, failed: tests.length - passed + emptyFiles };
}
