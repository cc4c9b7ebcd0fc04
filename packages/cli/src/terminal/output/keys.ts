import { z } from "zod";

const part = z.object({
  kind: z.enum(["field", "website", "file"]),
  /** Label of a field or a website, name of a file. */
  label: z.string(),
  section: z.string().optional(),
});

/** What `keys --json` prints. */
export const keysOutput = z.object({
  item: z.object({ id: z.string(), title: z.string() }),
  chart: z.string(),
  /** Version of the operator; missing of a chart that is newer than the newest known one. */
  operator: z.string().optional(),
  isRefused: z.boolean(),
  /** Keys of the Secret; none if it is refused. */
  keys: z.array(z.string()).readonly(),
  parts: z
    .array(
      part.extend({
        hasValue: z.boolean(),
        isOneTimePassword: z.boolean().optional(),
        /** Empty if nothing is left of the label. */
        key: z.string(),
        outcome: z.enum([
          ...["arrives", "undecided", "lost"],
          ...["no-key", "no-value", "not-read", "refused"],
        ] as const),
        lostTo: part.optional(),
      }),
    )
    .readonly(),
});
