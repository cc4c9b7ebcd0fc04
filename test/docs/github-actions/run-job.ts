import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Job } from "./example.ts";

/** What a job meets on a runner. */
export interface Runner {
  /** The repository's folder. */
  readonly folder: string;
  /** What expressions stand for, e.g. `{ "inputs.kind": "drift" }`. */
  readonly values: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

/** What came of a job. */
export interface JobEnd {
  readonly isSuccess: boolean;
  /** What its steps printed. */
  readonly log: string;
  readonly summary: string;
  /** Outputs of its steps, e.g. `steps.merge.outputs.outcome`. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Runs the scripts of a job's steps in order, as a runner does: by bash, with their own environment,
 * until one fails. Actions are not run: the caller does what they would have done.
 */
export async function runJob({ steps, env }: Job, runner: Runner): Promise<JobEnd> {
  const { folder } = runner;
  const files = { output: join(folder, ".output"), summary: join(folder, ".summary") };
  await writeFile(files.summary, "");
  let [outputs, log, isSuccess]: [Record<string, string>, string, boolean] = [{}, "", true];
  for (const { id, if: when, run, env: own } of steps) {
    if (!isSuccess || run === undefined) continue;
    const values = { ...runner.values, ...outputs };
    if (when !== undefined && !isTrue(when, values)) continue;
    await writeFile(files.output, "");
    const script = join(folder, ".script");
    await writeFile(script, run);
    const { all, exitCode } = await execa("bash", ["-e", script], {
      cwd: folder,
      env: {
        ...{ PATH: process.env.PATH ?? "", ...runner.env },
        ...{ GITHUB_OUTPUT: files.output, GITHUB_STEP_SUMMARY: files.summary },
        ...filledIn(env, values),
        // What a test puts in the place of GitHub's address and the token's login.
        ...{ ...filledIn(own, values), ...runner.env },
      },
      ...{ extendEnv: false, all: true, reject: false },
    });
    log += `${all}\n`;
    isSuccess = exitCode === 0;
    const lines = (await readFile(files.output, "utf8")).split("\n");
    const found = lines.flatMap((line) => {
      const [name, value] = line.split("=", 2);
      return name && value !== undefined ? [[`steps.${id}.outputs.${name}`, value]] : [];
    });
    outputs = { ...outputs, ...Object.fromEntries(found) };
  }
  return { isSuccess, log, outputs, summary: await readFile(files.summary, "utf8") };
}

function filledIn(
  env: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(env).map(([name, text]) => [
    name,
    text.replaceAll(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => resolved(expression, values)),
  ]);
  return Object.fromEntries(entries);
}

function isTrue(condition: string, values: Readonly<Record<string, string>>): boolean {
  const [, expression = "", wanted] = /^([\w.]+) == '(.*)'$/.exec(condition) ?? [];
  if (wanted === undefined) throw new Error(`A condition that is not understood: ${condition}`);
  return resolved(expression, values) === wanted;
}

function resolved(expression: string, values: Readonly<Record<string, string>>): string {
  const value = values[expression];
  if (value === undefined) throw new Error(`An expression without a value: ${expression}`);
  return value;
}
