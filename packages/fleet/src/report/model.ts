import { z } from "zod";

/**
 * A value as a report shows it. Only what the list of what may be shown names gets here as a value:
 * a secret, a value that is known only after the apply and whatever nobody foresaw do not.
 */
const shownSchema = z.union([
  z.object({ value: z.union([z.string(), z.number(), z.boolean(), z.null()]) }),
  z.object({ hidden: z.enum(["not shown", "known after apply"]) }),
]);

/** One property of a resource, or one output of a stack, that changes. */
const propertyChangeSchema = z.object({
  /** Path of the property, e.g. `spec.replicas`. */
  path: z.string(),
  before: shownSchema.optional(),
  after: shownSchema.optional(),
});

/** What becomes of a resource. The engine's three steps of a replacement are one. */
const stepSchema = z.object({
  urn: z.string(),
  /** Pulumi's type token, e.g. `kubernetes:apps/v1:Deployment`. */
  type: z.string(),
  name: z.string(),
  operation: z.enum(["create", "update", "replace", "delete", "read", "refresh", "import"]),
  /** Properties that a replacement is for. */
  causes: z.array(z.string()).readonly(),
  changes: z.array(propertyChangeSchema).readonly(),
  /** Whether what it stands for stays though the resource goes, as a vault does. */
  retained: z.literal(true).optional(),
  /** Whether it is the old one of a replacement that an earlier update did not end. */
  leftover: z.literal(true).optional(),
});

/** What only a person who is signed in to 1Password can make. */
const mintingNeedSchema = z.object({
  kind: z.enum(["vault", "grant", "server", "token"]),
  /** Name in 1Password. */
  name: z.string(),
  because: z.enum(["new", "replaced", "rotation", "lost", "unfinished", "changed", "deleted"]),
});

/** What could not be previewed, and why, in words of our own: never a diagnostic as it was. */
const problemSchema = z.object({
  /** Stable code, one of `docs/errors.md`. */
  code: z.string(),
  happened: z.string(),
  remedy: z.string(),
});

/** How pressing a risk is, the most pressing first. */
export const riskLevels = ["high", "medium", "low"] as const;

/** Something that a reviewer should look at first. */
const riskSchema = z.object({
  kind: z.enum([
    "minting",
    "server-replaced",
    "token-replaced",
    "vault-deleted",
    "secret-deleted",
    "secret-moved",
    "access-widened",
    "watch-widened",
    "reader-added",
    "crd-changed",
    "chart-major",
    "policy-violation",
    "secret-in-clear",
    "drift",
    "failed",
  ]),
  level: z.enum(riskLevels),
  /** One sentence for a reviewer. */
  text: z.string(),
});

/** What a change does to one stack. */
export const stackReportSchema = z.object({
  project: z.string(),
  stack: z.string(),
  client: z.string().optional(),
  environment: z.string().optional(),
  outcome: z.enum(["unchanged", "changed", "failed"]),
  steps: z.array(stepSchema).readonly(),
  outputs: z.array(propertyChangeSchema).readonly(),
  minting: z.array(mintingNeedSchema).readonly(),
  risks: z.array(riskSchema).readonly(),
  problems: z.array(problemSchema).readonly(),
  /** SHA-256, hex, of the steps as they are: what a reviewed apply compares. */
  digest: z.string(),
  /** The same with client and environment replaced: stacks of one shape are shown once. */
  shape: z.string(),
  /** What the state was when it was previewed. */
  checkpoint: z.string().optional(),
  /** SHA-256, hex, of the configuration in its stack file, encrypted values as they stand there. */
  configuration: z.string().optional(),
});

/** What the parts of a report have in common: the run that they are of. */
const runSchema = z.object({
  project: z.string(),
  /** Commit of git that the program was at, where it was at one. */
  commit: z.string().optional(),
  /** SHA-256, hex, of the files that decide about all stacks of the project. */
  program: z.string(),
  /** Version of the engine. */
  engine: z.string(),
  /** SHA-256, hex, of which stacks were meant, what with, and the policies that they were held to. */
  request: z.string(),
  /** When the first of its parts was begun, and when the last, in ISO 8601. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});

/** Changes with what is in a report. */
export const reportVersion = 3;

/** What a change does to a fleet. */
export const fleetReportSchema = z.object({
  version: z.literal(reportVersion),
  kind: z.enum(["preview", "drift"]),
  /** Of each project one. */
  runs: z.array(runSchema).readonly(),
  stacks: z.array(stackReportSchema).readonly(),
  /** Stacks whose result cannot differ, and why. Never the same as unchanged. */
  notLookedAt: z
    .array(z.object({ project: z.string(), stack: z.string(), reason: z.string() }))
    .readonly(),
  /** Parts that this report is of: all of them, once merged. */
  shards: z.object({
    of: z.number().int().positive(),
    present: z.array(z.number().int()).readonly(),
  }),
});

/** The published JSON: the report, and a sum of it by which an edit shows. */
export const reportFileSchema = fleetReportSchema.extend({
  /** SHA-256, hex, of the JSON of all else. */
  sum: z.string(),
});

/** What a change does to one stack. */
export type StackReport = z.infer<typeof stackReportSchema>;

/** The mark of a run, by project. */
export type FleetRun = z.infer<typeof runSchema>;

/** What a change does to a fleet. */
export type FleetReport = z.infer<typeof fleetReportSchema>;
