import { z } from "zod";

const step = z.object({
  metadata: z.object({ op: z.string(), urn: z.string(), type: z.string() }),
});

const eventSchema = z.object({
  resourcePreEvent: step.optional(),
  resOutputsEvent: step.optional(),
  resOpFailedEvent: step.optional(),
  policyEvent: z
    .object({
      policyName: z.string(),
      enforcementLevel: z.string(),
      message: z.string(),
      resourceUrn: z.string().optional(),
    })
    .optional(),
  diagnosticEvent: z.object({ message: z.string(), severity: z.string() }).optional(),
  summaryEvent: z
    .object({ resourceChanges: z.record(z.string(), z.number()).nullish() })
    .optional(),
});

/** An event of the engine, as far as tests look at it. */
export type EngineEvent = z.infer<typeof eventSchema>;

/** Parses what `pulumi … --event-log` wrote: one JSON object per line. */
export function parseEvents(log: string): readonly EngineEvent[] {
  const lines = log.split("\n").filter((line) => line !== "");
  return lines.map((line) => eventSchema.parse(JSON.parse(line)));
}

/** What the engine planned or did, as `operation type name`, sorted; unchanged ones left out. */
export function steps(events: readonly EngineEvent[]): readonly string[] {
  return events
    .flatMap(({ resourcePreEvent }) => (resourcePreEvent ? [resourcePreEvent.metadata] : []))
    .filter(({ op }) => op !== "same")
    .map(({ op, type, urn }) => `${op} ${type} ${urn.split("::").at(-1)}`)
    .sort();
}

/** {@link steps} without what the engine does for itself: reads, refreshes, default providers. */
export function ownSteps(events: readonly EngineEvent[]): readonly string[] {
  return steps(events).filter((step) => !/^(read|refresh) | pulumi:providers:/.test(step));
}

/** Number of resources by operation, e.g. `{ create: 12, same: 1 }`. */
export function changes(events: readonly EngineEvent[]): Readonly<Record<string, number>> {
  return events.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {};
}
