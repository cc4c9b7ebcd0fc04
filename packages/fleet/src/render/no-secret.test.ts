import { expect, test } from "vitest";
import { fixtureToken } from "../../../provision/fixtures/data/connect-token.ts";
import { fixtureReport } from "../../fixtures/fixture-report.ts";
import { type RecordedChange, recordedRun } from "../../fixtures/recorded-run.ts";
import {
  quotingWays,
  seededPassword,
  seededRun,
  seededTypes,
  waysFound,
} from "../../fixtures/seeded-run.ts";
import { describeStack } from "../report/describe-stack.ts";
import type { FleetReport } from "../report/model.ts";
import { renderReportFile } from "../report/report-file.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderSpacelift } from "./spacelift.ts";
import { renderTerminal } from "./terminal.ts";

/** Known by their forms, wherever they stand. */
const tokens = [
  fixtureToken({ id: "fixturetoken", serverId: "SERVER", vaults: [] }),
  `ops_${Buffer.from('{"signInAddress":"fixture"}').toString("base64")}`,
  "AGE-SECRET-KEY-1FIXTURE7Q0QNK6ZJ6PS3Q",
];

const changes: readonly RecordedChange[] = [
  ...(["first-create", "chart-upgrade", "server-replaced", "item-moved", "secret-only"] as const),
  ...(["store-tags", "vault-groups", "refresh", "thrown", "refused", "provider-refuses"] as const),
  "policies-violated",
];

function allForms(report: FleetReport): readonly string[] {
  const text = (value: string) => value;
  return [
    renderMarkdown(report, { limitBytes: 10_000_000 }),
    renderHtml(report),
    renderTerminal(report, { tint: text, detailed: true }),
    renderReportFile(report),
    renderSpacelift(report),
  ];
}

function expectNone(report: FleetReport, secret: string): void {
  for (const form of allForms(report)) expect(waysFound(secret, form)).toEqual([]);
}

test.each(quotingWays)(
  "a secret of a program or a provider, %s, is in no form of a report",
  (_, quote) => {
    const report = fixtureReport([describeStack(seededRun(quote(seededPassword)))]);
    // There is something to tell of each.
    expect(report.stacks[0]?.steps.length).toBeGreaterThan(seededTypes.length * 3);
    expect(report.stacks[0]?.outputs.length).toBeGreaterThan(2);
    expectNone(report, seededPassword);
  },
);

test.each(tokens)(
  "a token is in no form, though it stands in names and in what is shown: %s",
  (token) => {
    const run = recordedRun("item-moved");
    for (const place of ["redis", "acme-data", "acme-prod", "Secret"]) {
      const events = JSON.parse(JSON.stringify(run.events).replaceAll(place, `${place}-${token}`));
      expectNone(fixtureReport([describeStack({ ...run, events })]), token);
      // And as the whole of a name.
      const whole = JSON.parse(JSON.stringify(run.events).replaceAll(`"${place}"`, `"${token}"`));
      expectNone(fixtureReport([describeStack({ ...run, events: whole })]), token);
    }
  },
);

test.each(changes)(
  "what was recorded of %s gives away nothing of the program's secret",
  (change) => {
    const report = fixtureReport([describeStack(recordedRun(change))]);
    // The program logs it, throws it in base64, and puts it into a Secret and an output.
    for (const secret of ["fixture-note-one", "fixture-note-two", "fixture-secret"])
      expectNone(report, secret);
  },
);
