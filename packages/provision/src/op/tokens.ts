import { defined, type VaultGrant } from "@opconnect/core";
import { z } from "zod";
import { flag } from "./run/call.ts";
import { lastLine } from "./run/output.ts";
import type { OpRunner } from "./run/runner.ts";
import { vaultId } from "./vaults.ts";

/** A Connect token as `op` describes it. */
export type OpToken = Readonly<z.infer<typeof token>>;

export interface NewToken {
  readonly name: string;
  readonly serverId: string;
  readonly vaults: readonly Pick<VaultGrant, "id" | "access">[];
  /** Life time as `op` takes it, e.g. `"90d"`. */
  readonly expiresIn?: string | undefined;
}

/**
 * The commands for Connect tokens.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/connect
 */
export function tokenCommands({ run, change, json }: OpRunner) {
  return {
    /** Lists the Connect tokens of a server, or of all of them, those revoked included. */
    listTokens(serverId?: string): Promise<readonly OpToken[]> {
      const args = ["connect", "token", "list", ...flag("--server", serverId)];
      const whose =
        serverId === undefined ? "all Connect servers" : `the Connect server ${serverId}`;
      return json({ args, purpose: `list the tokens of ${whose}` }, z.array(token));
    },

    /** Creates a Connect token and returns its JWT, which is secret. */
    async createToken({ name, serverId, vaults, expiresIn }: NewToken): Promise<string> {
      const scope = vaults.flatMap(({ id, access }) => [
        "--vault",
        `${id},${access === "read" ? "r" : "rw"}`,
      ]);
      const create = ["connect", "token", "create", name, "--server", serverId];
      const printed = await run({
        args: [...create, ...scope, ...flag("--expires-in", expiresIn)],
        purpose: `create the Connect token "${name}"`,
        vaultIds: vaults.map(({ id }) => id),
        changes: true,
      });
      return lastLine(printed);
    },

    deleteToken: ({ id, serverId }: { readonly id: string; readonly serverId: string }) =>
      change({
        args: ["connect", "token", "delete", id, "--server", serverId],
        purpose: `delete the Connect token ${id}`,
      }),
  };
}

const coveredVault = z.object({ id: vaultId, acl: z.array(z.string()).readonly() });

const token = z
  .object({
    id: z.string().min(1),
    name: z.string(),
    /** `"ACTIVE"` or `"REVOKED"`. */
    state: z.string(),
    /** Id of the Connect server that it is for. */
    integration_id: z.string().optional(),
    /** ISO 8601. */
    created_at: z.string().optional(),
    /** Vaults it covers, with the names of its permissions, e.g. `"allow_viewing"`. */
    vaults: z.array(coveredVault).readonly().default([]),
  })
  .transform(({ integration_id: serverId, created_at: createdAt, ...rest }) => ({
    ...rest,
    ...defined({ serverId, createdAt }),
  }));
