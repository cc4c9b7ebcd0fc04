import { z } from "zod";

const vaultAccess = z.enum(["read", "read-write"]);

/** What `adopt --json` prints. */
export const adoptOutput = z.object({
  ready: z.boolean(),
  server: z.object({ id: z.string(), name: z.string().optional() }).optional(),
  vaults: z
    .array(
      z.object({
        key: z.string(),
        id: z.string(),
        access: vaultAccess,
        title: z.string().optional(),
      }),
    )
    .readonly(),
  tokens: z
    .array(
      z.object({
        consumer: z.string(),
        id: z.string(),
        secretId: z.string(),
        vaults: z.array(z.object({ id: z.string(), access: vaultAccess })).readonly(),
        lifeSeconds: z.number().optional(),
        expiresAt: z.iso.datetime().optional(),
      }),
    )
    .readonly(),
  evidence: z
    .array(
      z.object({
        status: z.enum(["ok", "failed", "unknown"]),
        happened: z.string(),
        remedy: z.string().optional(),
      }),
    )
    .readonly(),
  /** Text of the program; none where something speaks against it. */
  program: z.string().nullable(),
});
