import { z } from "zod";

const rotated = z
  .array(
    z.object({
      kind: z.enum(["server", "token"]),
      name: z.string(),
      consumer: z.string().optional(),
      /** Id of what is replaced. */
      old: z.string(),
      /** Id of what is there instead; none if it was not replaced. */
      new: z.string().nullable(),
      oldIsRevoked: z.boolean(),
    }),
  )
  .readonly();

/** What `rotate <stack> --json` prints. */
export const rotateOutput = z.object({ stack: z.string(), rotated });

/** What `rotate --json` prints of several stacks. */
export const rotateFleetOutput = z.object({
  stacks: z.array(z.object({ stack: z.string(), outcome: z.string(), rotated })).readonly(),
});
