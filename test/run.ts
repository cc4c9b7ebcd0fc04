import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execa } from "execa";
import { z } from "zod";

const resultsSchema = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      name: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

/**
 * Runs all suites and ends with the line `N passed, N failed`. A test file that could not be loaded
 * counts as a failure, and so does a skipped test: nothing is to be skipped. Fault points count as
 * tests; they are tried unless arguments pick from the suites.
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
  const suites = count(await readFile(file, "utf8").catch(() => undefined));
  const faults = process.argv.length > 2 ? { passed: 0, failed: 0 } : await tryFaultPoints();
  // Once more at the end, where a long log is read first.
  for (const name of suites.names) process.stdout.write(`FAILED ${name}\n`);
  const passed = suites.passed + faults.passed;
  const failed = suites.failed + faults.failed;
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

interface Totals {
  readonly passed: number;
  readonly failed: number;
}

async function tryFaultPoints(): Promise<Totals> {
  const { stdout } = await execa("node", ["test/faults/faults.ts", "--sample"], {
    preferLocal: true,
    stdout: ["inherit", "pipe"],
    stderr: "inherit",
    reject: false,
  });
  const found = /^fault points: (?<tried>\d+) tried, (?<converged>\d+) converged$/m.exec(stdout);
  const [tried, converged] = [Number(found?.groups?.tried), Number(found?.groups?.converged)];
  // Without that line the suite broke off; and where nothing was tried, nothing was shown.
  if (!(tried > 0)) return { passed: 0, failed: 1 };
  return { passed: converged, failed: tried - converged };
}

interface SuiteTotals extends Totals {
  /** What failed. */
  readonly names: readonly string[];
}

function count(results: string | undefined): SuiteTotals {
  if (results === undefined) return { passed: 0, failed: 1, names: ["vitest wrote no results"] };
  const { testResults } = resultsSchema.parse(JSON.parse(results));
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, fullName }) => ({
      status,
      name: `${fullName} (${relative(process.cwd(), name)})`,
    })),
  );
  const failed = tests.filter(({ status }) => status !== "passed").map(({ name }) => name);
  const broken = testResults
    .filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0)
    .map(({ name }) => name);
  const names = [...failed, ...broken];
  return { passed: tests.length - failed.length, failed: names.length, names };
}
