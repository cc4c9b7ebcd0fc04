import { z } from "zod";

const propertiesSchema = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((properties) => properties ?? {});

const stateSchema = z
  .object({
    id: z.string().default(""),
    inputs: propertiesSchema,
    outputs: propertiesSchema,
    retainOnDelete: z.boolean().default(false),
  })
  .nullish();

const detailSchema = z.object({
  diffKind: z.string().default(""),
  inputDiff: z.boolean().default(false),
});

const metadataSchema = z.object({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  keys: z.array(z.string()).nullish(),
  old: stateSchema,
  new: stateSchema,
  detailedDiff: z.record(z.string(), detailSchema).nullish(),
});

const stepSchema = z.object({ metadata: metadataSchema });

/**
 * An event of the engine, as far as a report needs it.
 * @see https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/apitype/events.go
 */
const eventSchema = z.object({
  resourcePreEvent: stepSchema.optional(),
  resOutputsEvent: stepSchema.optional(),
  resOpFailedEvent: stepSchema.optional(),
  diagnosticEvent: z
    .object({ message: z.string(), severity: z.string(), urn: z.string().optional() })
    .optional(),
  policyEvent: z
    .object({
      policyName: z.string(),
      policyPackName: z.string().default(""),
      enforcementLevel: z.string().default("advisory"),
      resourceUrn: z.string().optional(),
    })
    .optional(),
  summaryEvent: z.object({ result: z.string().optional() }).optional(),
});

/** What the engine says of one step. */
export type StepMetadata = z.infer<typeof metadataSchema>;

/** A resource as the engine has it: what the program gave, and what the provider made of it. */
export type ResourceState = NonNullable<z.infer<typeof stateSchema>>;

/** An event of the engine. */
export type EngineEvent = z.infer<typeof eventSchema>;

/** The events that can be read, and how many others there were. */
export function parseEvents(events: readonly unknown[]): {
  readonly events: readonly EngineEvent[];
  readonly unreadable: number;
} {
  const parsed = events.map((event) => eventSchema.safeParse(event));
  const read = parsed.flatMap(({ data }) => (data === undefined ? [] : [data]));
  return { events: read, unreadable: events.length - read.length };
}
