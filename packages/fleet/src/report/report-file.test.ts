import { expect, test } from "vitest";
import { fixtureReport } from "../../fixtures/fixture-report.ts";
import { recordedRun } from "../../fixtures/recorded-run.ts";
import { describeStack } from "./describe-stack.ts";
import { parseReportFile, renderReportFile } from "./report-file.ts";

const report = fixtureReport([
  describeStack(recordedRun("item-moved")),
  describeStack(recordedRun("thrown")),
]);

const code = (text: string) => {
  try {
    parseReportFile(text, "report.json");
  } catch (error) {
    return error;
  }
  return undefined;
};

test("a report is read as it was written", () => {
  const text = renderReportFile(report);
  expect(parseReportFile(text, "report.json")).toEqual(report);
  // Laid out otherwise, as a formatter does, it says the same.
  expect(parseReportFile(JSON.stringify(JSON.parse(text)), "report.json")).toEqual(report);
});

test.each([
  ["a risk taken out", (text: string) => text.replace('"level": "high"', '"level": "low"')],
  ["a stack added to what stays", (text: string) => text.replace("acme-prod", "acme-dev")],
  ["an unknown field", (text: string) => text.replace('"kind":', '"extra": 1, "kind":')],
  ["its end cut off", (text: string) => text.slice(0, -200)],
  ["nothing in it", () => ""],
  ["another JSON in it", () => "[1]"],
  ["its sum taken out", (text: string) => text.replace(/,\s*"sum": "\w+"/, "")],
])("a report with %s is refused", (_, edit) => {
  const text = renderReportFile(report);
  expect(edit(text)).not.toBe(text);
  expect(code(edit(text))).toMatchObject({ code: "FLEET_REPORT_INVALID" });
});

test("a report of another version is told from one that is broken", () => {
  const text = renderReportFile(report).replace('"version": 3', '"version": 1');
  expect(code(text)).toMatchObject({ code: "FLEET_REPORT_VERSION" });
});
