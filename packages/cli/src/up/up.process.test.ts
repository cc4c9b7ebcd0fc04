import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeStack, renderReportFile } from "@opconnect/fleet";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fixtureReport } from "../../../fleet/fixtures/fixture-report.ts";
import { recordedRun } from "../../../fleet/fixtures/recorded-run.ts";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const previews = fileURLToPath(new URL("../../../fleet/fixtures/previews", import.meta.url));

/** A `pulumi` that has one stack, notes what it is asked for, and previews as it is told. */
const pulumi = `#!/bin/sh
echo "$1 $2" >>asked
case "$1 $2" in
  "stack ls") echo '[{"name":"acme-prod"}]' ;;
  "stack export") echo '{}' ;;
  "preview "*) eval "$FAKE_PREVIEW" ;;
esac
`;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "up-test-"));
  await writeFile(join(dir, "Pulumi.yaml"), "name: clients\nruntime: nodejs\n");
  await writeFile(join(dir, "pulumi"), pulumi);
  await chmod(join(dir, "pulumi"), 0o755);
  await writeFile(join(dir, "report.json"), renderReportFile(report));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const report = fixtureReport([describeStack(recordedRun("item-moved"))]);

const start = (words: readonly string[] = [], preview = "exit 255") =>
  execa(process.execPath, [main, "up", "--reviewed", "report.json", "--yes", ...words], {
    cwd: dir,
    env: { PATH: `${dir}${delimiter}${process.env.PATH}`, FAKE_PREVIEW: preview },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });

/** Runs it, and holds it to have updated nothing. */
async function refused(words: readonly string[] = [], preview?: string) {
  const { exitCode, stderr } = await start(words, preview);
  expect(exitCode).not.toBe(0);
  const asked = await readFile(join(dir, "asked"), "utf8").catch(() => "");
  expect(asked).not.toMatch(/^up/m);
  return { stderr, asked };
}

test.each<[string, (text: string) => string, string]>([
  ["edited by hand", (text) => text.replace('"high"', '"low"'), "[FLEET_REPORT_INVALID]"],
  [
    "of another version",
    (text) => text.replace('"version": 3', '"version": 1'),
    "[FLEET_REPORT_VERSION]",
  ],
  ["of a stack that is not there", (text) => renamed(text, "acme-test"), "[STACK_NOT_FOUND]"],
])("a report %s is refused before a stack is previewed", async (_, edit, code) => {
  const text = await readFile(join(dir, "report.json"), "utf8");
  expect(edit(text)).not.toBe(text);
  await writeFile(join(dir, "report.json"), edit(text));
  const { stderr, asked } = await refused();
  expect(stderr).toContain(code);
  expect(asked).not.toContain("preview");
});

test.each([
  ["a report that is not there", ["--reviewed", "none.json"], "[ARGUMENT_INVALID]"],
  ["a policy pack that is not there", ["--policy-pack", "none"], "[ARGUMENT_INVALID]"],
  ["a wave that no stack belongs to", ["--waves", "canary"], "[ARGUMENT_INVALID]"],
  ["a time that is none", ["--timeout", "soon"], "[ARGUMENT_INVALID]"],
  ["a journal where none can be", ["--journal", "report.json/x"], "[FILE_UNWRITABLE]"],
  ["a journal below /proc", ["--journal", "/proc/none/journal"], "[FILE_UNWRITABLE]"],
])("%s is refused before a stack is previewed", async (_, words, code) => {
  const { stderr, asked } = await refused(words);
  expect(stderr).toContain(code);
  expect(asked).not.toContain("preview");
});

test.each([
  [
    "whose passphrase is missing",
    "echo 'error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE' >&2; exit 255",
    "[PULUMI_PASSPHRASE_MISSING]",
  ],
  [
    "whose program is broken",
    `echo '{"preludeEvent":{"config":{}}}'; cat '${join(previews, "acme-prod.thrown.jsonl")}'; exit 255`,
    "[FLEET_PREVIEW_FAILED]",
  ],
  ["whose backend stops answering", "exec sleep 300", "[PREVIEW_TIMED_OUT]"],
])("a stack %s is refused before it is updated", async (_, preview, code) => {
  const { stderr } = await refused(["--timeout", "3s"], preview);
  expect(stderr).toContain(`acme-prod: refused. It cannot be previewed any more: `);
  expect(stderr).toContain(code);
});

test("of two runs at once, the second is refused", async () => {
  const first = start([], "exec sleep 300");
  await expect
    .poll(() => readFile(join(dir, "asked"), "utf8").catch(() => ""), { timeout: 60_000 })
    .toContain("preview");
  const { stderr } = await refused();
  expect(stderr).toContain("[FLEET_BUSY]");
  first.kill("SIGTERM");
  expect((await first).exitCode).toBe(1);
});

function renamed(text: string, stack: string): string {
  const { sum: _, ...read } = JSON.parse(text);
  return renderReportFile({ ...read, stacks: [{ ...read.stacks[0], stack }] });
}
