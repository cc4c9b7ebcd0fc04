import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { type FileResult, filesSchema } from "./harness/files-reporter.ts";

const filesReporter = join(import.meta.dirname, "harness/files-reporter.ts");
const piped = { preferLocal: true, all: true, reject: false, stdin: "ignore" } as const;

/**
 * Runs all suites and ends with the line `N passed, N failed`. A test file that could not be loaded
 * counts as a failure, and so does a skipped test: nothing is to be skipped. Fault points count as
 * tests; they are tried unless arguments pick from the suites. Of tables of end-to-end tests, which
 * take long, it tries a part, unless arguments pick from them.
 *
 * Much of a run is waiting, so the end-to-end suites run beside everything else. They share nothing:
 * each has rigs of its own.
 */
const folder = await mkdtemp(join(tmpdir(), "opconnect-results-"));
// Thousands of processes load the same modules.
process.env.NODE_COMPILE_CACHE = join(folder, "compiled");
try {
  const picked = process.argv.slice(2);
  const parts = picked.length > 0 ? [await runVitest(picked)] : await runAll();
  const files = parts.flat();
  for (const line of slowest(files)) say(line);
  // Once more at the end, where a long log is read first.
  const failed = files.flatMap((file) => file.failed);
  for (const name of failed) say(`FAILED ${name}`);
  const passed = files.reduce((sum, file) => sum + file.passed, 0);
  say(`${passed} passed, ${failed.length} failed`);
  process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

function runAll(): Promise<readonly (readonly FileResult[])[]> {
  process.env.OPCONNECT_SAMPLE = "true";
  return Promise.all([
    runVitest(["--project", "e2e"]),
    runVitest(["--project", "unit"]).then(async (unit) => [...unit, await tryFaultPoints()]),
  ]);
}

async function runVitest(args: readonly string[]): Promise<readonly FileResult[]> {
  const results = join(await mkdtemp(join(folder, "part-")), "results.json");
  const reporters = ["--reporter=default", `--reporter=${filesReporter}`];
  const env = { OPCONNECT_TEST_RESULTS: results };
  const part = execa("vitest", ["run", ...reporters, ...args], { ...piped, env });
  await showing(part);
  const what = `vitest ${args.join(" ")}`;
  const text = await readFile(results, "utf8").catch(() => undefined);
  if (text === undefined) return [brokenOff(`${what} wrote no results`)];
  const files = filesSchema.parse(JSON.parse(text));
  const { exitCode } = await part;
  // What fails after the results were written, such as taking a rig down, shows only there.
  if (exitCode === 0 || files.some(({ failed }) => failed.length > 0)) return files;
  return [...files, brokenOff(`${what} ended with ${exitCode ?? "a signal"}`)];
}

async function tryFaultPoints(): Promise<FileResult> {
  const startedAt = performance.now();
  const part = execa("node", ["test/faults/faults.ts", "--sample"], piped);
  const lines = await showing(part);
  const seconds = (performance.now() - startedAt) / 1000;
  const found = lines
    .map((line) => /^fault points: (?<tried>\d+) tried, (?<converged>\d+) converged$/.exec(line))
    .findLast((match) => match !== null);
  // Without that line the suite broke off; and where nothing was tried, nothing was shown.
  const [tried, passed] = [Number(found?.groups?.tried), Number(found?.groups?.converged)];
  if (!(tried > 0)) return brokenOff("The fault suite broke off");
  const named = lines.flatMap((line) => /^FAILED (.*)$/.exec(line)?.[1] ?? []);
  const unnamed = tried - passed - named.length;
  const failed = unnamed === 0 ? [...named] : [...named, `${unnamed} fault points without a name`];
  const { exitCode } = await part;
  if (exitCode !== 0 && failed.length === 0) failed.push(`The fault suite ended with ${exitCode}`);
  return { file: "test/faults", seconds, passed, failed };
}

/** Shows what a part prints, line by line: several parts print at a time. */
async function showing(part: {
  iterable(options: { from: "all" }): AsyncIterable<string>;
}): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of part.iterable({ from: "all" })) {
    lines.push(line);
    say(line);
  }
  return lines;
}

function brokenOff(what: string): FileResult {
  return { file: "", seconds: 0, passed: 0, failed: [what] };
}

function slowest(files: readonly FileResult[]): readonly string[] {
  const known = files.filter(({ file }) => file !== "");
  const ordered = known.toSorted((one, other) => other.seconds - one.seconds).slice(0, 10);
  return ["The slowest:", ...ordered.map(({ file, seconds }) => `${row(seconds)} s  ${file}`)];
}

function row(seconds: number): string {
  return seconds.toFixed(0).padStart(5);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
