import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fixtureReport } from "../../fixtures/fixture-report.ts";
import { recordedRun } from "../../fixtures/recorded-run.ts";
import { quotingWays, seededPassword, seededRun, waysFound } from "../../fixtures/seeded-run.ts";
import { type StrictGitHub, startStrictGitHub } from "../../fixtures/strict-github.ts";
import { ResultCache } from "../affected/result-cache.ts";
import { commentOn } from "../comment/comment-on.ts";
import { writeJobSummary } from "../comment/job-summary.ts";
import { describeStack } from "../report/describe-stack.ts";
import type { StackReport } from "../report/model.ts";
import { compareWithReview } from "./compare.ts";
import { openJournal } from "./journal.ts";

// What is left behind by whatever is done with a report; its forms are in render/no-secret.test.ts.
let folder: string;
let github: StrictGitHub;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-no-secret-"));
  github = await startStrictGitHub();
});
afterAll(async () => {
  await github.stop();
  await rm(folder, { recursive: true });
});

const seeded = (quote: (secret: string) => string) =>
  describeStack(seededRun(quote(seededPassword)));
const nothing = (text: string) => expect(waysFound(seededPassword, text)).toEqual([]);

test.each(quotingWays)("a secret %s gets into no comment, check and summary", async (_, quote) => {
  const report = fixtureReport([seeded(quote)]);
  const { url, token, repository, sha } = github;
  const request = { service: "github", token, apiUrl: url, repository, number: 1, sha } as const;
  const end = await commentOn(request, report, { check: true, failOn: "high" });
  expect(end.conclusion).toBe("failure");
  const summary = join(folder, "summary.md");
  await writeJobSummary(summary, report);
  const written = [await github.comments(), await github.checks(), await readFile(summary, "utf8")];
  nothing(written.map((each) => JSON.stringify(each)).join("\n"));
  expect(JSON.stringify(written)).toContain("acme-prod");
});

test.each(quotingWays)("a secret %s gets into no cache", async (_, quote) => {
  const cache = new ResultCache(join(folder, "cache"));
  // A failure is not kept, so it is one that went well.
  await cache.keep("key", { ...seeded(quote), outcome: "changed" });
  const [file = ""] = await readdir(join(folder, "cache"));
  nothing(await readFile(join(folder, "cache", file), "utf8"));
});

test.each(quotingWays)(
  "a secret %s is in no reason to refuse, and in no journal",
  async (_, quote) => {
    const reviewed = describeStack(recordedRun("no-change"));
    const changed: StackReport = { ...seeded(quote), outcome: "changed" };
    for (const [one, other] of [
      [reviewed, changed],
      [changed, reviewed],
      [{ ...changed, steps: changed.steps.map((step) => ({ ...step, changes: [] })) }, changed],
      [reviewed, seeded(quote)],
    ] as const) {
      const differences = compareWithReview(one, other, { begun: false });
      expect(differences).not.toEqual([]);
      nothing(differences.join("\n"));
    }
    const file = join(folder, "journal.json");
    const journal = await openJournal(file, "purpose");
    await journal.note(changed, "failed");
    await journal.close();
    nothing(await readFile(file, "utf8"));
  },
);
