import { z } from "zod";
import type { OpJson } from "./op-json.ts";
import type { OpRun } from "./run-op.ts";

/**
 * The commands for who may do what in a vault.
 * @see https://developer.1password.com/docs/cli/vault-permissions
 */
export interface OpVaultAccess {
  /** Lists the users, or the groups, that have been given access to a vault. */
  listVaultHolders(vaultId: string, kind: VaultHolder["kind"]): Promise<readonly OpVaultHolder[]>;
  /** Gives permissions, on top of those held. They have to include what each of them depends on. */
  grantVaultAccess(change: VaultAccessChange): Promise<void>;
  /** Takes permissions away; with none named, all of them. */
  revokeVaultAccess(change: VaultAccessChange): Promise<void>;
}

/** Whoever may be given access to a vault. */
export interface VaultHolder {
  readonly kind: "user" | "group";
  /** Id; or email of a user, name of a group. */
  readonly name: string;
}

/** A user or group with what it may do in a vault. */
export interface OpVaultHolder {
  readonly id: string;
  readonly name: string;
  readonly email?: string | undefined;
  /** Names of permissions: broad ones like `"allow_viewing"`, or granular ones. */
  readonly permissions: readonly string[];
}

/** A change of what a user or group may do in a vault. */
export interface VaultAccessChange {
  readonly vaultId: string;
  readonly holder: VaultHolder;
  readonly permissions: readonly string[];
}

/** The commands for access to vaults of the `op` that `run` and `json` start. */
export function createOpVaultAccess(run: OpRun, json: OpJson): OpVaultAccess {
  const change = async (
    verb: "grant" | "revoke",
    { vaultId, holder, permissions }: VaultAccessChange,
  ) => {
    const { kind, name } = holder;
    const what = permissions.length === 0 ? [] : ["--permissions", permissions.join(",")];
    const towards = verb === "grant" ? "to" : "from";
    await run({
      // Without a terminal nobody can answer, and without this flag some versions ask.
      args: ["vault", kind, verb, "--vault", vaultId, `--${kind}`, name, ...what, "--no-input"],
      purpose: `${verb} access to the vault ${vaultId} ${towards} the ${kind} ${name}`,
      vaultIds: [vaultId],
      changes: true,
      silent: true,
    });
  };

  return {
    listVaultHolders(vaultId, kind) {
      const purpose = `list the ${kind}s with access to the vault ${vaultId}`;
      return json({ args: ["vault", kind, "list", vaultId], purpose }, z.array(holder));
    },
    grantVaultAccess: (grant) => change("grant", grant),
    revokeVaultAccess: (revocation) => change("revoke", revocation),
  };
}

const holder = z.object({
  id: z.string().min(1),
  name: z.string(),
  email: z.string().optional(),
  // Absent where a service account asks.
  permissions: z.array(z.string()).default([]),
});
