import { z } from "zod";

/** What `doctor --json` prints. */
export const doctorOutput = z.object({
  /** None where only this machine was looked at. */
  stack: z.string().nullable(),
  healthy: z.boolean(),
  checks: z
    .array(
      z.object({
        check: z.string(),
        subject: z.string().optional(),
        status: z.enum(["ok", "warning", "failed", "skipped"]),
        happened: z.string(),
        remedy: z.string().optional(),
        code: z.string().optional(),
      }),
    )
    .readonly(),
});
