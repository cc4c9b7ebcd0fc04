import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { createCredentialsRig } from "../../packages/cli/fixtures/credentials-rig.ts";

// What is loaded decides what a start takes. A number here goes down, never up.

/** Writes down what a process has loaded, when it ends. */
const witness = `
import { registerHooks } from "node:module";
import { writeFileSync } from "node:fs";
const files = [];
registerHooks({
  load(url, context, next) {
    if (url.startsWith("file:")) files.push(url);
    return next(url, context);
  },
});
process.on("exit", () => {
  const parts = process.moduleLoadList.filter((name) => name.startsWith("NativeModule"));
  writeFileSync(process.env.LOADED, JSON.stringify({ files, parts: parts.length }));
});
`;

/** Runs a program of Node, and tells the files that it loaded and how many parts of Node.js. */
async function loadedBy(
  run: (env: Record<string, string>) => Promise<{ readonly exitCode?: number | null }>,
): Promise<{ readonly files: readonly string[]; readonly parts: number }> {
  const folder = await mkdtemp(join(tmpdir(), "opconnect-loaded-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [hook, LOADED] = [join(folder, "witness.mjs"), join(folder, "loaded.json")];
  await writeFile(hook, witness);
  const { exitCode } = await run({ LOADED, NODE_OPTIONS: `--import=${hook}` });
  expect(exitCode).toBe(0);
  return JSON.parse(await readFile(LOADED, "utf8"));
}

test("a hit of aws-credentials loads five files and few parts of Node.js", async () => {
  const rig = await createCredentialsRig();
  onTestFinished(() => rig.remove());
  expect((await rig.credentials()).exitCode).toBe(0);
  const nothing = await loadedBy((env) => execa("node", ["--eval", "0"], { env }));
  const hit = await loadedBy((env) =>
    rig.opconnect(["aws-credentials", "--item", "AWS Access Key"], { ...rig.env, ...env }),
  );
  expect(hit.files.length, hit.files.join("\n")).toBeLessThanOrEqual(5);
  expect(hit.parts - nothing.parts).toBeLessThanOrEqual(30);
});

test("a program loads five files with @opconnect/pulumi that are not of Pulumi", async () => {
  const script =
    'await import("@pulumi/kubernetes"); await import("@opconnect/pulumi"); process.exit()';
  const { files } = await loadedBy((env) =>
    execa("node", ["--input-type=module", "--eval", script], { cwd: import.meta.dirname, env }),
  );
  const ours = files.filter((file) =>
    /\/packages\/\w+\/dist\/|\/node_modules\/(zod|leven)\//.test(file),
  );
  expect(ours.length, ours.join("\n")).toBeLessThanOrEqual(5);
});
