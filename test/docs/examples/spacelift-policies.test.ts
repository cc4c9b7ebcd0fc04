import { globSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStack, renderReportFile } from "@opconnect/fleet";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { fixtureReport } from "../../../packages/fleet/fixtures/fixture-report.ts";
import { type RecordedChange, recordedRun } from "../../../packages/fleet/fixtures/recorded-run.ts";
import { printProgress } from "../../rig/progress.ts";
import { opa as tool } from "../../rig/tools/catalog.ts";
import { ensureTool } from "../../rig/tools/ensure-tool.ts";
import { declaredResources } from "./declared-resources.ts";

// The policies of examples/spacelift, by the real `opa`.
const policies = join(import.meta.dirname, "../../../examples/spacelift/policies");
// Nothing of it matters here.
const repository = {
  files: {},
  config: Object.fromEntries(
    ["account", "region", "cluster", "repository", "backend", "previewRole", "deployRole"].map(
      (key) => [key, key],
    ),
  ),
};
const kinds = ["plan", "approval", "push", "notification"];

let folder: string;
let opa: string;
let hooks: readonly string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-spacelift-"));
  opa = join(await ensureTool(tool, printProgress()), "opa");
  const context = (await declaredResources("spacelift", repository)).find(({ type }) =>
    type.endsWith(":Context"),
  );
  hooks = z.array(z.string()).parse(context?.inputs.afterPlans);
}, 900_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("every policy is known, tested, and written as opa writes it", async () => {
  const files = kinds.flatMap((kind) => [`${kind}.rego`, `${kind}_test.rego`]);
  expect(globSync("*", { cwd: policies }).sort()).toEqual(files.sort());
  const { stdout } = await execa(opa, ["fmt", "--list", policies]);
  expect(stdout).toBe("");
});

// Spacelift evaluates each alone, and without these.
test.each(kinds)("the %s policy is strict Rego without what Spacelift disables", async (kind) => {
  const disabled = ["http.send", "opa.runtime", "rego.parse_module", "time.now_ns", "trace"];
  const { stdout } = await execa(opa, ["capabilities", "--current"]);
  const all = z.looseObject({ builtins: z.array(z.looseObject({ name: z.string() })) });
  const { builtins, ...rest } = all.parse(JSON.parse(stdout));
  const left = builtins.filter(({ name }) => !disabled.includes(name));
  expect(left).toHaveLength(builtins.length - disabled.length);
  const capabilities = join(folder, "capabilities.json");
  await writeFile(capabilities, JSON.stringify({ ...rest, builtins: left }));
  const checking = ["check", "--strict", "--capabilities", capabilities];
  await execa(opa, [...checking, join(policies, `${kind}.rego`)]);
  const other = join(folder, "other.rego");
  const text = await readFile(join(policies, `${kind}.rego`), "utf8");
  await writeFile(other, `${text}\nnow := time.now_ns()\n`);
  await expect(execa(opa, [...checking, other])).rejects.toThrow("time.now_ns");
});

test.each(kinds)("the tests of the %s policy pass", async (kind) => {
  const files = [`${kind}.rego`, `${kind}_test.rego`].map((file) => join(policies, file));
  const { stdout } = await execa(opa, ["test", "--format", "json", ...files]);
  const results = z.array(z.object({ name: z.string(), fail: z.boolean().optional() }));
  expect(results.parse(JSON.parse(stdout)).filter(({ fail }) => fail)).toEqual([]);
  expect(results.parse(JSON.parse(stdout)).length).toBeGreaterThan(4);
});

test("what the hook after a plan writes is what the plan policy decides by", async () => {
  const proposed = (change: RecordedChange) => decided(change, "PROPOSED");
  expect(await proposed("no-change")).toEqual({ deny: [], warn: [] });
  const high = expect.stringMatching(/^acme-prod: high: .* \[server-replaced\]$/);
  expect((await proposed("server-replaced")).deny).toContainEqual(high);
  const merged = await decided("server-replaced", "TRACKED");
  expect(merged).toEqual({ deny: [], warn: expect.arrayContaining([high]) });
  expect((await decided("first-create", "TRACKED")).warn).toContainEqual(
    expect.stringMatching(/runs: npx --no-install opconnect mint acme-prod$/),
  );
  const refused = await decided("refused", "TRACKED");
  expect(refused.deny).toEqual(["The stack could not be previewed."]);
});

test("a hook that cannot look fails the plan", async () => {
  const { exitCode } = await runHooks("no-change", { EXIT_CODE: "64" });
  expect(exitCode).not.toBe(0);
});

/** What the policy says of the file that the hooks wrote of a recorded preview. */
async function decided(change: RecordedChange, type: string) {
  const workspace = await runHooks(change);
  const written = await readFile(join(workspace.cwd, "opconnect.custom.spacelift.json"), "utf8");
  const { stdout } = await execa(
    opa,
    [
      ...["eval", "--stdin-input", "--format", "json", "--data", join(policies, "plan.rego")],
      '{"deny": data.spacelift.deny, "warn": data.spacelift.warn}',
    ],
    {
      input: JSON.stringify({
        spacelift: { run: { type, drift_detection: false } },
        third_party_metadata: { custom: { opconnect: JSON.parse(written) } },
      }),
    },
  );
  const sets = z.object({ deny: z.array(z.string()), warn: z.array(z.string()) });
  return sets.parse(JSON.parse(stdout).result[0].expressions[0].value);
}

/**
 * Runs the hooks as Spacelift does: in one shell, joined by `&&`. `opconnect report` is the real one; of
 * `opconnect preview` the report of a recorded preview stands in for what it finds.
 */
async function runHooks(change: RecordedChange, env: Readonly<Record<string, string>> = {}) {
  const cwd = await mkdtemp(join(folder, "workspace-"));
  await mkdir(join(cwd, "bin"));
  await mkdir(join(cwd, "recorded"));
  const report = fixtureReport([describeStack(recordedRun(change))]);
  await writeFile(join(cwd, "recorded/report.json"), renderReportFile(report));
  await cp(join(import.meta.dirname, "./npx-stand-in.mjs"), join(cwd, "npx.mjs"));
  const programs = {
    npx: `exec '${process.execPath}' '${join(cwd, "npx.mjs")}' "$@"`,
    pulumi: "echo acme-prod",
  };
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(cwd, "bin", name), `#!/bin/sh\n${script}\n`);
    await chmod(join(cwd, "bin", name), 0o755);
  }
  const { exitCode, all } = await execa(
    "sh",
    ["-c", hooks.map((each) => `{ ${each}; }`).join(" && ")],
    {
      cwd,
      env: {
        ...{ PATH: `${join(cwd, "bin")}:${process.env.PATH}` },
        ...{ OPCONNECT_MAIN: join(import.meta.dirname, "../../../packages/cli/dist/main.js") },
        ...{ CALLS: join(cwd, "calls"), RECORDED: join(cwd, "recorded") },
        ...env,
      },
      ...{ reject: false, all: true },
    },
  );
  if (Object.keys(env).length === 0) expect(exitCode, all).toBe(0);
  return { cwd, exitCode };
}
