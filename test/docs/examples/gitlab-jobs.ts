import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** Folder of the example. */
export const example = join(import.meta.dirname, "../../../examples/gitlab-ci");

const texts = z.record(z.string(), z.string());
const ruleSchema = z.strictObject({
  if: z.string(),
  when: z.enum(["always", "manual"]).optional(),
  allow_failure: z.literal(false).optional(),
});
const jobSchema = z.strictObject({
  extends: z.string().optional(),
  stage: z.string(),
  needs: z.array(z.string()).optional(),
  rules: z.array(ruleSchema),
  interruptible: z.literal(true).optional(),
  parallel: z.number().optional(),
  timeout: z.string().optional(),
  resource_group: z.string().optional(),
  environment: z.strictObject({ name: z.string() }).optional(),
  id_tokens: z.record(z.string(), z.strictObject({ aud: z.string() })).default({}),
  variables: texts.default({}),
  before_script: z.array(z.string()),
  script: z.array(z.string()),
  artifacts: z.strictObject({
    when: z.literal("always"),
    paths: z.array(z.string()),
    expire_in: z.string(),
  }),
});
const fileSchema = z
  .object({
    workflow: z.strictObject({ rules: z.array(ruleSchema) }),
    stages: z.array(z.string()),
    default: z.strictObject({
      image: z.string(),
      timeout: z.string(),
      before_script: z.array(z.string()),
    }),
    variables: z.record(z.string(), z.number()),
  })
  .catchall(z.record(z.string(), z.unknown()));

export type Job = z.infer<typeof jobSchema>;

const file = fileSchema.parse(parse(readFileSync(join(example, ".gitlab-ci.yml"), "utf8")));
const { workflow, stages, default: defaults, variables: _, ...entries } = file;

export { stages, workflow };

/** The jobs, with what they extend. What they have and no test knows of is refused. */
export const jobs: ReadonlyMap<string, Job> = new Map(
  Object.keys(entries)
    .filter((name) => !name.startsWith("."))
    .map((name) => {
      const { before_script } = defaults;
      return [name, jobSchema.parse({ before_script, ...extended(name) })];
    }),
);

/** A job of the example. */
export function jobOf(name: string): Job {
  const job = jobs.get(name);
  if (job === undefined) throw new Error(`There is no job ${name}.`);
  return job;
}

/** All of the file as GitLab reads it, with nothing left to extend, and these changes to a job. */
export function resolvedFile(
  changed = "canary",
  change: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const all = [...jobs.keys()].map((name) => {
    const { extends: _, ...job } = extended(name);
    return [name, name === changed ? { ...job, ...change } : job];
  });
  return { workflow, stages, default: defaults, ...Object.fromEntries(all) };
}

/** Maps are merged, everything else is replaced. */
function extended(name: string): Readonly<Record<string, unknown>> {
  const own = entries[name];
  if (own === undefined) throw new Error(`There is no ${name}.`);
  const base = typeof own.extends === "string" ? extended(own.extends) : {};
  const merged = Object.entries(own).map(([key, value]) => {
    const inherited = base[key];
    return [key, isMap(inherited) && isMap(value) ? { ...inherited, ...value } : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
