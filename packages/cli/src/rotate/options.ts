import { z } from "zod";

export const rotationOptionsSchema = z.object({
  token: z.string().optional(),
  server: z.boolean().optional(),
  all: z.boolean().default(false),
  client: z.array(z.string()).default([]),
  environment: z.array(z.string()).default([]),
  waves: z.string().optional(),
  journal: z.string().optional(),
  cwd: z.string(),
  yes: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** What is asked for of a rotation. */
export type RotationOptions = z.infer<typeof rotationOptionsSchema>;
