import { z } from "zod";

const kind = z.enum(["server", "token"]);

/** What `orphans --json` prints. */
export const orphansOutput = z.object({
  account: z.string(),
  store: z.string(),
  /** Claims of what 1Password does not list as alive: there the store is not up to date. */
  behind: z
    .array(
      z.object({
        secret: z.string(),
        kind,
        id: z.string(),
        state: z.enum(["revoked", "not there"]),
      }),
    )
    .readonly(),
  orphans: z
    .array(
      z.object({
        kind,
        id: z.string(),
        name: z.string(),
        serverId: z.string(),
        client: z.string(),
        environment: z.string(),
        createdAt: z.string().optional(),
        isOurs: z.boolean(),
        recent: z.string().optional(),
        outcome: z.enum(["left", "retired", "claimed"]),
      }),
    )
    .readonly(),
});
