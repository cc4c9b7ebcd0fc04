import { z } from "zod";
import { failure } from "./failure.ts";

const texts = z.array(z.string()).readonly();

/** What `status --json` prints; what each field says is told by `StackStatus` of `@opconnect/fleet`. */
export const statusOutput = z.object({
  project: z.string(),
  stacks: z
    .array(
      z.object({
        stack: z.string(),
        client: z.string().optional(),
        environment: z.string().optional(),
        updatedAt: z.string().optional(),
        cluster: z.string().optional(),
        chart: z.string().optional(),
        connect: z.string().optional(),
        operator: z.string().optional(),
        credentials: z
          .array(
            z.object({
              kind: z.enum(["server", "token", "account-token"]),
              name: z.string(),
              id: z.string(),
              consumer: z.string().optional(),
              mintedAt: z.string().optional(),
              expiresAt: z.string().optional(),
              rotation: z.string().optional(),
              notes: texts,
            }),
          )
          .readonly(),
        reach: z
          .array(
            z.object({
              vault: z.string(),
              vaultId: z.string().optional(),
              access: z.enum(["read", "read-write"]),
              consumer: z.string(),
              isInCluster: z.boolean(),
              namespaces: z.union([texts, z.literal("all")]),
              secrets: texts,
            }),
          )
          .readonly(),
        drift: texts,
        failure: failure.optional(),
      }),
    )
    .readonly(),
});
