import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { fixtureReport } from "../../fixtures/fixture-report.ts";
import { largeReport } from "../../fixtures/large-report.ts";
import { recordedRun } from "../../fixtures/recorded-run.ts";
import { describeStack } from "../report/describe-stack.ts";
import { countsOf } from "../report/headline.ts";
import type { FleetReport } from "../report/model.ts";
import { renderReportFile } from "../report/report-file.ts";
import { renderHtml } from "./html.ts";
import { reportSchemaText, schemaFile } from "./json-schema.ts";
import { renderMarkdown } from "./markdown.ts";
import { markdownWords, plainMarkdown } from "./markdown-text.ts";
import { renderSpacelift } from "./spacelift.ts";
import { stepLines } from "./step-lines.ts";
import { renderTerminal } from "./terminal.ts";

const tint = (text: string) => text;

const mixed = fixtureReport([
  describeStack(recordedRun("first-create")),
  describeStack(recordedRun("first-create", "initech")),
  ...(["item-moved", "thrown", "no-change"] as const).map((change) => ({
    ...describeStack(recordedRun(change)),
    stack: `acme-${change}`,
  })),
]);

const forms: readonly (readonly [string, (report: FleetReport) => string])[] = [
  ["Markdown", (report) => renderMarkdown(report)],
  ["HTML", renderHtml],
  ["text", (report) => renderTerminal(report, { tint, detailed: true })],
  ["JSON", renderReportFile],
  ["Spacelift's JSON", renderSpacelift],
];

test.each(forms.slice(0, 3))(
  "%s says first how many stacks change, and what is not known",
  (_, render) => {
    const text = render({ ...mixed, shards: { of: 3, present: [1, 3] } });
    expect(text).toContain("3 of 5 stacks change");
    expect(text).toContain("number 2 did not report");
    expect(text).toContain("1 stack could not be previewed");
    expect(text).toContain("need a person who is signed in to 1Password");
  },
);

test("groups come with the riskiest first, the stacks of one named together", () => {
  const text = renderMarkdown(mixed);
  const heads = [...text.matchAll(/^### .*$/gm)].map(([head]) => head.replaceAll("\\", ""));
  expect(heads).toEqual([
    "### failed · cannot be previewed: FLEET_PREVIEW_FAILED · acme-thrown",
    "### high · access widened, Secret moved, operator watches more · acme-item-moved",
    "### medium · new environment · acme-prod, initech-dev",
  ]);
});

test.each([1000, 5000, 60_000])(
  "Markdown is never longer than %d bytes, and says what it leaves out",
  (limitBytes) => {
    for (const distinct of [false, true]) {
      const report = largeReport(300, { distinct });
      const text = renderMarkdown(report, { limitBytes, whole: "the artefact fleet.html" });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limitBytes);
      if (distinct) expect(text).toContain("see the artefact fleet.html");
      // Whole groups: each that is open is closed again.
      expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
      expect((text.match(/^```+/gm)?.length ?? 0) % 2).toBe(0);
    }
  },
);

const hostile = [
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "```\n@everyone closes #1",
  "`code` **bold** [link](https://example.com) | cell |",
  "@person and org/repo#12, !34 ~label %5 $6 https://evil.example www.evil.example",
  "-->\n# Heading\n/close",
  "\u001b]0;title\u0007\u001b[31mred\u202Eright",
];

test.each(hostile)("text of a program is only ever text: %j", (text) => {
  const base = describeStack(recordedRun("item-moved"));
  const evil = fixtureReport([
    {
      ...base,
      stack: text,
      steps: base.steps.map((step) => ({ ...step, name: text })),
      risks: [{ kind: "drift", level: "high", text }],
      problems: [{ code: "FLEET_PREVIEW_FAILED", happened: text, remedy: text }],
    },
  ]);
  const markdown = renderMarkdown(evil);
  const outside = withoutCode(markdown.replace(/^(```+)diff\n[\s\S]*?\n\1$/gm, ""));
  expect(outside).not.toMatch(/<(?!\/?(details|summary)>)/);
  expect(outside).not.toMatch(/[@#!]\w|https?:\/\/|www\.|^\/close|^# /m);
  expect(markdown).not.toContain("\u001b");
  const html = renderHtml(evil);
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html).not.toMatch(/<img|alert\(1\)<\/script>/);
  expect(renderTerminal(evil, { tint })).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

/** Without what Markdown takes as code, in which nothing else is markup. */
function withoutCode(markdown: string): string {
  return markdown.replace(/(?<!`)(?<!(?<!\\)(?:\\\\)*\\)`[^`\n]+`(?!`)/g, "");
}

test.each<[string, (text: string) => string]>([
  ["plain", plainMarkdown],
  ["with code", (text) => withoutCode(markdownWords(text))],
])("whatever a text holds, its Markdown %s has no sign that means anything", (_, render) => {
  const signs = fc.constantFrom("`", "``", "\\", "<b>", "@a", "x", " ", "*");
  const texts = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.array(signs).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(render(text)).not.toMatch(/[<>\n]|(?<!(?<!\\)(?:\\\\)*\\)[`*_[\]|]|@\w/);
    }),
  );
});

test("a command in our words is code in a comment, and each other sign as it stands", () => {
  const said = markdownWords("Run `pulumi preview --stack a*b`. It has _this_, and ` that (X_Y)");
  expect(said).toBe(
    "Run `pulumi preview --stack a*b`. It has \\_this\\_, and \\` that \\(X\\_Y\\)",
  );
  expect(renderMarkdown(mixed)).toMatch(/^- .* `pulumi preview --stack [^`]+`/m);
  expect(renderMarkdown(mixed)).not.toContain("\\`");
});

test.each([
  "access-widened",
  "chart-upgrade",
  "vault-added",
  "server-replaced",
  "first-create",
  "item-dropped",
  "vault-deleted",
  "refresh",
  "plain-output",
] as const)("what is counted of %s is what is listed", (change) => {
  const stack = describeStack(recordedRun(change, change === "vault-deleted" ? "initech" : "acme"));
  const lines = stepLines(stack).filter((line) => !line.startsWith("    "));
  const counts = countsOf(stack).replace(/(\d+) resources?/, "$1");
  const told = new Map<string, number>();
  for (const line of lines) {
    const [, operation = ""] = line.split(" ");
    told.set(operation, (told.get(operation) ?? 0) + 1);
  }
  told.delete("outputs");
  const counted = [...counts.matchAll(/([a-z]+) (\d+)/g)].map(([, word = "", n]) => [
    word,
    Number(n),
  ]);
  expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(told));
  if (stack.steps.length > 0) expect(countsOf(stack)).toMatch(/^[a-z]+ \d+ resources?(, |$)/);
  const page = renderHtml(fixtureReport([stack]));
  const [, data = "[]"] = /type="application\/json">(.*?)<\/script>/s.exec(page) ?? [];
  expect(JSON.parse(data)[0].steps).toHaveLength([...told.values()].reduce((a, b) => a + b, 0));
});

test("a component is told where nothing else is", () => {
  const stack = describeStack(recordedRun("first-create"));
  const [component] = stack.steps.filter(
    ({ type }) => type === "opconnect:index:ConnectEnvironment",
  );
  const alone = { ...stack, outputs: [], steps: component === undefined ? [] : [component] };
  expect(stepLines(alone)).toEqual([expect.stringContaining("create ConnectEnvironment")]);
  expect(countsOf(alone)).toBe("create 1 resource");
});

test("the page asks for nothing from elsewhere, and its policy lets it run nothing else", () => {
  const html = renderHtml(mixed);
  expect(html).not.toMatch(/(src|href)=|url\(|@import|fetch\(|innerHTML/);
  expect(html).toMatch(
    /content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';/,
  );
});

test("a file of the published schema is what is written", () => {
  const schema = readFileSync(join(import.meta.dirname, "../..", schemaFile), "utf8");
  const isCurrent = isDeepStrictEqual(JSON.parse(schema), JSON.parse(reportSchemaText()));
  expect(isCurrent, "run `npm run schema -w packages/fleet`").toBe(true);
  const published = z.fromJSONSchema(JSON.parse(schema));
  expect(published.safeParse(JSON.parse(renderReportFile(mixed))).error).toBeUndefined();
  expect(published.safeParse({ version: 1 }).success).toBe(false);
});

test("Spacelift's file has each risk with its stack", () => {
  expect(JSON.parse(renderSpacelift(mixed))).toMatchObject({
    outcome: "failed",
    stacks: { changed: 3, failed: 1, unchanged: 1 },
    counts: { high: 2, medium: 4 },
    risks: expect.arrayContaining([
      expect.objectContaining({ stack: "acme-item-moved", kind: "secret-moved", level: "high" }),
    ]),
  });
});

test.each(forms)("%s of a thousand stacks is there in well under a second", (_, render) => {
  for (const distinct of [false, true]) {
    const report = largeReport(1000, { distinct });
    const start = performance.now();
    expect(render(report).length).toBeGreaterThan(1000);
    // A machine that is busy takes longer: this is for what takes a hundred times as long.
    expect(performance.now() - start).toBeLessThan(30_000);
  }
});
