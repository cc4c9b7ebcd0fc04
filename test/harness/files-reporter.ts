import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, SerializedError, TestModule } from "vitest/node";
import { z } from "zod";

const fileSchema = z.object({
  file: z.string(),
  /** What its tests and hooks took. */
  seconds: z.number(),
  passed: z.number(),
  /** What failed, was skipped, or broke outside of a test. */
  failed: z.array(z.string()),
});

/** What came of one test file. */
export type FileResult = z.infer<typeof fileSchema>;
export const filesSchema = z.array(fileSchema);

/** Writes what came of each test file to the path in OPCONNECT_TEST_RESULTS. */
export default class FilesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const { OPCONNECT_TEST_RESULTS: path = "" } = process.env;
    const failed = unhandled.map(({ message }) => `outside of any test: ${message}`);
    const outside = { file: "", seconds: 0, passed: 0, failed } satisfies FileResult;
    writeFileSync(path, JSON.stringify([...modules.map(resultOf), outside]));
  }
}

function resultOf(module: TestModule): FileResult {
  const file = relative(process.cwd(), module.moduleId);
  const { duration, collectDuration, setupDuration } = module.diagnostic();
  const tests = [...module.children.allTests()];
  const failed = tests
    .filter((test) => test.result().state !== "passed")
    .map(({ fullName }) => `${fullName} (${file})`);
  const isBroken = failed.length === 0 && module.state() !== "passed";
  return {
    file,
    seconds: (duration + collectDuration + setupDuration) / 1000,
    passed: tests.length - failed.length,
    failed: isBroken ? [file] : failed,
  };
}
