import { z } from "zod";

/** What `up --json` prints. */
export const upOutput = z.object({
  stacks: z
    .array(
      z.object({
        stack: z.string(),
        wave: z.string(),
        end: z.enum(["applied", "unchanged", "refused", "failed", "done before", "not begun"]),
        /** How it is other than what was reviewed. */
        differences: z.array(z.string()).readonly().optional(),
        because: z.string().optional(),
      }),
    )
    .readonly(),
  /** In no wave. */
  left: z.array(z.string()).readonly(),
});
