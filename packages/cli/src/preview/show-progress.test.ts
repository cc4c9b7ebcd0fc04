import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { describeStack, type StackReport } from "@opconnect/fleet";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  quotingWays,
  seededPassword,
  seededRun,
  waysFound,
} from "../../../fleet/fixtures/seeded-run.ts";
import { showProgress } from "./show-progress.ts";

const report = (stack: string, outcome: StackReport["outcome"]): StackReport => ({
  ...{ project: "fleet", stack, outcome, digest: "", shape: "" },
  ...{ steps: [], outputs: [], minting: [], risks: [], problems: [] },
});
const names = Array.from({ length: 200 }, (_, at) => ({ name: `acme${at}-prod` }));

/** A terminal of so many columns, and the lines that it was last told to show. */
function terminal(columns: number) {
  vi.stubEnv("CI", undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns, rows: 24 });
  const progress = showProgress(stream as unknown as NodeJS.WriteStream);
  onTestFinished(() => progress.end());
  const shown = () =>
    stripVTControlCharacters(String(stream.read() ?? ""))
      .split("\n")
      .filter(Boolean);
  return { progress, shown };
}

test.each([80, 40])("the table of many stacks breaks no line of %d columns", (columns) => {
  const { progress, shown } = terminal(columns);
  progress.onPlan?.(names);
  expect(shown()).toEqual(["… getting the program ready", "0 of 200 stacks"]);
  for (const { name } of names.slice(0, 150)) progress.onEnd?.(report(name, "unchanged"));
  progress.onEnd?.(report("acme150-prod", "failed"));
  for (const stack of names.slice(151, 153)) progress.onStart?.(stack);
  const lines = shown();
  expect(lines.filter((line) => line.length > columns)).toEqual([]);
  const counts = ["151 of 200 stacks", "1 failed, 150 unchanged"];
  const wanted = columns > 50 ? [counts.join(": ")] : counts;
  expect(lines).toEqual(expect.arrayContaining(["… acme152-prod  0s", ...wanted]));
});

test("where nothing is previewed there is no table", () => {
  const { progress, shown } = terminal(80);
  progress.onPlan?.([]);
  progress.end();
  expect(shown()).toEqual([]);
});

test.each(quotingWays)("a secret %s is in no line of progress", async (_, quote) => {
  const stream = new PassThrough();
  const progress = showProgress(stream as unknown as NodeJS.WriteStream);
  const seeded = describeStack(seededRun(quote(seededPassword)));
  for (const outcome of ["failed", "changed", "unchanged"] as const) {
    progress.onEnd?.({ ...seeded, outcome });
  }
  progress.end();
  stream.end();
  const shown = await text(stream);
  expect(shown).toContain("acme-prod");
  expect(waysFound(seededPassword, shown)).toEqual([]);
});
