import { z } from "zod";
import { failure } from "./failure.ts";

/** What `mint --json` prints. */
export const mintOutput = z.object({
  totals: z.object({
    environments: z.number(),
    servers: z.number(),
    tokens: z.number(),
    vaults: z.number(),
    changes: z.number(),
  }),
  stacks: z
    .array(
      z.object({
        stack: z.string(),
        client: z.string().optional(),
        environment: z.string().optional(),
        needs: z
          .array(
            z.object({
              kind: z.enum(["secret", "vault", "server", "token"]),
              name: z.string(),
              action: z.enum(["none", "create", "replace", "grant", "rename", "clear up"]),
            }),
          )
          .readonly(),
        outcome: z.enum(["minted", "failed", "not begun", "not minted"]),
        failure: failure.optional(),
      }),
    )
    .readonly(),
});
