import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** Folder of the example. */
export const example = join(import.meta.dirname, "../../../examples/github-actions");

const permissionsSchema = z.record(z.string(), z.enum(["read", "write"]));
const concurrencySchema = z.strictObject({
  group: z.string(),
  "cancel-in-progress": z.boolean(),
  queue: z.literal("max").optional(),
});
const envSchema = z.record(z.string(), z.string());
const stepSchema = z.strictObject({
  name: z.string().optional(),
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  env: envSchema.default({}),
  run: z.string().optional(),
  shell: z.literal("bash").optional(),
});
const jobSchema = z.strictObject({
  name: z.string(),
  needs: z.string().optional(),
  if: z.string().optional(),
  permissions: permissionsSchema,
  uses: z.string().optional(),
  with: z.record(z.string(), z.string()).optional(),
  "runs-on": z.string().optional(),
  "timeout-minutes": z.number().optional(),
  environment: z.string().optional(),
  strategy: z.unknown().optional(),
  outputs: z.record(z.string(), z.string()).optional(),
  env: envSchema.default({}),
  steps: z.array(stepSchema).default([]),
});
const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.unknown(),
  permissions: permissionsSchema,
  concurrency: concurrencySchema.optional(),
  jobs: z.record(z.string(), jobSchema),
});
const actionSchema = z.object({
  runs: z.strictObject({ using: z.literal("composite"), steps: z.array(stepSchema) }),
});

export type Step = z.infer<typeof stepSchema>;
export type Job = z.infer<typeof jobSchema>;
export type Workflow = z.infer<typeof workflowSchema>;

/** The workflows of the example, by the name of their file. What they have and no test knows of is refused. */
export const workflows: ReadonlyMap<string, Workflow> = new Map(
  globSync(".github/workflows/*.yml", { cwd: example })
    .sort()
    .map((file) => [file.split("/").at(-1) ?? "", workflowSchema.parse(parsed(file))]),
);

/** Steps of the composite action. */
export const actionSteps = actionSchema.parse(parsed(".github/actions/opconnect/action.yml")).runs
  .steps;

/** A job of a workflow. */
export function jobOf(file: string, name: string): Job {
  const job = workflows.get(file)?.jobs[name];
  if (job === undefined) throw new Error(`${file} has no job ${name}.`);
  return job;
}

function parsed(file: string): unknown {
  return parse(readFileSync(join(example, file), "utf8"));
}
