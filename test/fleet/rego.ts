import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStack, renderReportFile } from "@opconnect/fleet";
import { rules } from "@opconnect/policy";
import { execa } from "execa";
import { fixtureReport } from "../../packages/fleet/fixtures/fixture-report.ts";
import { type RecordedChange, recordedRun } from "../../packages/fleet/fixtures/recorded-run.ts";
import { printProgress } from "../rig/progress.ts";
import { opa as tool } from "../rig/tools/catalog.ts";
import { ensureTool } from "../rig/tools/ensure-tool.ts";

// Run by `npm run test:rego`: the Rego of the policy pack, by the real `opa`, on reports of what the
// real engine said.
const rego = join(import.meta.dirname, "../../packages/policy/rego");
const opa = join(await ensureTool(tool, printProgress()), "opa");
await execa(opa, ["check", "--strict", rego], { stdio: "inherit" });
await execa(opa, ["fmt", "--fail", "--list", rego], { stdio: "inherit" });
await execa(opa, ["test", rego], { stdio: "inherit" });

const folder = await mkdtemp(join(tmpdir(), "opconnect-rego-"));
try {
  assert.deepEqual(await found("no-change"), { deny: [], warn: [] });
  assert.deepEqual(await found("watch-all"), { deny: ["operator-not-cluster-wide"], warn: [] });
  assert.deepEqual(await found("policies-violated"), { deny: ["policy-violation"], warn: [] });
  assert.deepEqual(await found("first-create"), {
    deny: [],
    warn: ["store-secret-own-key", "store-secret-readers", "token-expires", "token-rotates"],
  });
  // What the report alone tells, no rule of the pack does.
  const ofReport = ["policy-violation", "no-secret-in-clear-configuration"];
  for (const [name, level] of Object.entries(await evaluated("no-change", "data.main.levels"))) {
    if (ofReport.includes(name)) continue;
    assert.equal(rules.find((rule) => rule.name === name)?.level, level, name);
  }
  process.stdout.write("The Rego says of recorded previews what it should.\n");
} finally {
  await rm(folder, { recursive: true });
}

/** Names of the rules that the report of a recorded preview violates. */
async function found(change: RecordedChange) {
  const { deny, warn } = await evaluated(
    change,
    '{"deny": data.main.deny, "warn": data.main.warn}',
  );
  return { deny: namesIn(deny), warn: namesIn(warn) };
}

function namesIn(messages: unknown): readonly string[] {
  const names = [messages].flat().map((text) => /\[([\w-]+)\]$/.exec(String(text))?.[1] ?? "");
  return [...new Set(names)].sort();
}

async function evaluated(
  change: RecordedChange,
  query: string,
): Promise<Readonly<Record<string, unknown>>> {
  const report = fixtureReport([describeStack(recordedRun(change))]);
  const input = join(folder, `${change}.json`);
  await writeFile(input, renderReportFile(report));
  const words = ["eval", "--format", "json", "--data", rego, "--input", input, query];
  const { stdout } = await execa(opa, words);
  return JSON.parse(stdout).result[0].expressions[0].value;
}
