import { z } from "zod";

/** What `aws-credentials status --json` prints: each profile that uses it. */
export const awsCredentialsStatusOutput = z
  .array(
    z.object({
      profile: z.string(),
      /** Profile that it takes its credentials from; itself for most. */
      source: z.string(),
      item: z.string().optional(),
      cache: z.string().optional(),
      /** `"valid"`, `"expired"` or `"none"`, or why that cannot be said. */
      session: z.string(),
      /** ISO 8601. */
      expires: z.string().optional(),
      lastError: z.string().optional(),
    }),
  )
  .readonly();
