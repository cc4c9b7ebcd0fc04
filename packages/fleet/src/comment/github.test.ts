import { Octokit } from "@octokit/rest";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { largeReport } from "../../fixtures/large-report.ts";
import { recordedRun } from "../../fixtures/recorded-run.ts";
import { secretInClear } from "../../fixtures/secret-in-clear.ts";
import { type StrictGitHub, startStrictGitHub } from "../../fixtures/strict-github.ts";
import { takeTurns } from "../../fixtures/turns.ts";
import { renderMarkdown } from "../render/markdown.ts";
import { describeStack } from "../report/describe-stack.ts";
import type { FleetReport } from "../report/model.ts";
import { createGitHub, pullRequestComments } from "./github.ts";
import { conclusionOf, writeCheck } from "./github-check.ts";
import { commentMarker, putComment } from "./own-comment.ts";

let github: StrictGitHub;
beforeEach(async () => {
  github = await startStrictGitHub();
});
afterEach(() => github.stop());

// A second of waiting takes five milliseconds here.
const quick = [5, 5, 5];

function access(change: { readonly token?: string } = {}) {
  const { token, url, repository } = github;
  return { token, apiUrl: url, repository, secondMs: 5, ...change };
}

function put(text: string, change: { readonly token?: string } = {}) {
  const client = createGitHub(access(change));
  return putComment(pullRequestComments(client, access(change), 1), text, quick);
}

const own = async () => (await github.comments()).filter(({ login }) => login === "runner");

test("a comment is made once, and then updated in place", async () => {
  expect(await put("first")).toBe("created");
  expect(await put("second")).toBe("updated");
  expect(await put("second")).toBe("unchanged");
  expect(await own()).toEqual([expect.objectContaining({ body: `${commentMarker}\nsecond` })]);
});

test("it is found among more than a hundred others", async () => {
  await put("first");
  for (let index = 0; index < 120; index += 1) await github.commentAsOther(`talk ${index}`);
  const before = await github.comments();
  expect(await put("second")).toBe("updated");
  expect(await github.comments()).toHaveLength(before.length);
  // The own one comes last, too.
  for (const { id } of await own()) expect(id).toBe(before[0]?.id);
});

test("it is found behind more than a hundred others", async () => {
  for (let index = 0; index < 120; index += 1) await github.commentAsOther(`talk ${index}`);
  await put("first");
  expect(await put("second")).toBe("updated");
  expect(await own()).toHaveLength(1);
});

test("another's comment with the marker is left alone", async () => {
  await github.commentAsOther(`${commentMarker}\nnot ours`);
  expect(await put("ours")).toBe("created");
  expect(await put("ours again")).toBe("updated");
  const bodies = (await github.comments()).map(({ body }) => body);
  expect(bodies).toEqual([`${commentMarker}\nnot ours`, `${commentMarker}\nours again`]);
});

test("the token of a job, which may not ask whose it is, is the one of Actions", async () => {
  github.fail("GET", { status: 403, message: "Resource not accessible by integration" });
  expect(await put("ours")).toBe("created");
});

test.each([
  ["a limit", { status: 429, message: "You have exceeded a secondary rate limit", retryAfter: 1 }],
  [
    "a limit told as a refusal",
    { status: 403, message: "You have exceeded a secondary rate limit", retryAfter: 1 },
  ],
  ["a fault of the service", { status: 502 }],
  ["a torn connection", "torn"],
] as const)("%s is waited out, whatever it was that met it", async (_, fault) => {
  for (const method of ["GET", "POST", "PATCH"]) {
    github.fail(method, fault);
    await put(`after ${method}`);
  }
  expect(await own()).toHaveLength(1);
});

test("of two that are put at the same moment one is left, in whatever order GitHub takes what they ask", async () => {
  const commentsBy = (client: Octokit) =>
    pullRequestComments(client, { ...access(), author: github.login }, 1);
  const order = fc.array(fc.nat(1), { minLength: 10, maxLength: 10 });
  const made = () => github.requests.filter((line) => line.startsWith("POST ")).length;
  const madeByRun = new Set<number>();
  await fc.assert(
    fc.asyncProperty(order, fc.boolean(), async (order, isSame) => {
      const turns = takeTurns(order);
      const before = made();
      const texts = ["one", isSame ? "one" : "another"];
      const puts = texts.map((text, index) =>
        turns.of(index, (fetching) => putComment(commentsBy(impatient(fetching)), text)),
      );
      await Promise.all(puts);
      madeByRun.add(made() - before);
      const left = await own();
      expect(left).toHaveLength(1);
      expect(texts.map((text) => `${commentMarker}\n${text}`)).toContain(left[0]?.body);
      await commentsBy(impatient(fetch)).delete(left[0]?.id ?? 0);
    }),
    { numRuns: 30 },
  );
  // Sometimes both have looked before either has made one.
  expect([...madeByRun].toSorted()).toEqual([1, 2]);
});

/** What neither waits nor tries again: clients of one process wait for each other, those of two do not. */
function impatient(fetching: typeof fetch): Octokit {
  const { token, url } = github;
  return new Octokit({
    ...{ auth: token, baseUrl: url, request: { fetch: fetching } },
    log: { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() },
  });
}

test("two comments that are there are made one, the first", async () => {
  await put("first");
  const [first] = await own();
  await pullRequestComments(createGitHub(access()), access(), 1).create(`${commentMarker}\nlater`);
  expect(await own()).toHaveLength(2);
  expect(await put("second")).toBe("updated");
  expect(await own()).toEqual([{ ...first, body: `${commentMarker}\nsecond` }]);
});

test("a comment of which no answer came is found, not made twice", async () => {
  github.fail("POST", "answer lost");
  expect(await put("ours")).toBe("unchanged");
  expect(await own()).toHaveLength(1);
});

test.each([
  ["FLEET_COMMENT_DENIED", [{ status: 404 }]],
  ["FLEET_COMMENT_FAILED", Array.from({ length: 40 }, () => ({ status: 503 }))],
  ["FLEET_COMMENT_FAILED", Array.from({ length: 40 }, () => "torn" as const)],
  ["FLEET_COMMENT_FAILED", [{ status: 422, message: "body is too long" }]],
] as const)("%s says what the service did not do", async (code, faults) => {
  github.fail("POST", ...faults);
  await expect(put("ours")).rejects.toMatchObject({ code });
  expect(await own()).toEqual([]);
});

test("a token that is not taken is told, and stands in no text", async () => {
  const token = "fixture-token-that-is-wrong";
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const logged = vi.spyOn(console, "error").mockReturnValue(undefined);
  const error: unknown = await put("ours", { token }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "FLEET_COMMENT_DENIED" });
  expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(token);
  expect(said).not.toHaveBeenCalled();
  expect(logged).not.toHaveBeenCalled();
});

test("a report of a thousand stacks fits into a comment, and into a check", async () => {
  const report = largeReport(1000, { distinct: true });
  expect(await put(renderMarkdown(report))).toBe("created");
  const client = createGitHub(access());
  const request = { repository: github.repository, sha: github.sha, failOn: "high" } as const;
  expect(await writeCheck(client, report, request)).toBe("failure");
  expect(await github.checks()).toMatchObject([{ conclusion: "failure" }]);
});

test.each<[string, (() => void)?]>([
  ["that is written again"],
  ["of which no answer came", () => github.fail("POST", "answer lost")],
  ["that met a torn connection", () => github.fail("POST", "torn")],
  ["that met a fault of the service", () => github.fail("POST", { status: 502 })],
  ["that could not be looked for at once", () => github.fail("GET", "torn")],
])("a check %s is there once, and one that says something else beside it", async (_, meet) => {
  const client = createGitHub(access());
  const request = { repository: github.repository, sha: github.sha, failOn: "high" } as const;
  meet?.();
  for (let time = 0; time < 2; time += 1) await writeCheck(client, largeReport(10), request, quick);
  expect(await github.checks()).toHaveLength(1);
  expect(await writeCheck(client, largeReport(0), request, quick)).toBe("success");
  expect((await github.checks()).map(({ conclusion }) => conclusion).toSorted()).toEqual([
    "failure",
    "success",
  ]);
});

test("checks that two write at the same moment say the same, and a third run adds none", async () => {
  const request = { repository: github.repository, sha: github.sha, failOn: "high" } as const;
  const turns = takeTurns([0, 1, 0, 1]);
  const checks = [0, 1].map((index) =>
    turns.of(index, (fetching) => writeCheck(impatient(fetching), largeReport(10), request)),
  );
  expect(await Promise.all(checks)).toEqual(["failure", "failure"]);
  const [one, another, ...more] = await github.checks();
  expect(more).toEqual([]);
  expect(another).toMatchObject({
    conclusion: one?.conclusion,
    output: { title: one?.output.title },
  });
  await writeCheck(createGitHub(access()), largeReport(10), request);
  expect(await github.checks()).toHaveLength(2);
});

test("a check fails from a risk on, and wherever something is not known", async () => {
  const of = (change: Parameters<typeof recordedRun>[0]): FleetReport => ({
    ...largeReport(0),
    stacks: [describeStack(recordedRun(change))],
  });
  expect(conclusionOf(of("item-dropped"), "high")).toBe("failure");
  expect(conclusionOf(of("item-dropped"), "never")).toBe("success");
  expect(conclusionOf(of("first-create"), "high")).toBe("success");
  expect(conclusionOf(of("first-create"), "medium")).toBe("failure");
  expect(conclusionOf(of("no-change"), "low")).toBe("success");
  const { stacks, ...report } = of("no-change");
  const clear = stacks.map((stack) => ({ ...stack, risks: [secretInClear] }));
  expect(conclusionOf({ ...report, stacks: clear }, "high")).toBe("failure");
  expect(conclusionOf(of("thrown"), "never")).toBe("failure");
  const missing = { ...of("no-change"), shards: { of: 2, present: [1] } };
  expect(conclusionOf(missing, "never")).toBe("failure");
});
