import { z } from "zod";
import { doctorOutput } from "./doctor.ts";

/** What `verify --json` prints. */
export const verifyOutput = z.object({
  stack: z.string(),
  /** `"unproven"` if nothing was seen to be wrong, and not all to be right. */
  outcome: z.enum(["proven", "wrong", "unproven"]),
  checks: doctorOutput.shape.checks,
});
