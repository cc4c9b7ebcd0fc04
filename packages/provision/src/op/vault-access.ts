import { z } from "zod";
import type { OpRunner } from "./run/runner.ts";

/** A user or a group that may be given access to a vault. */
export interface VaultHolder {
  readonly kind: "user" | "group";
  /** Id; or email of a user, name of a group. */
  readonly name: string;
}

/** A user or group with what it may do in a vault. */
export type OpVaultHolder = z.infer<typeof holderRow>;

export interface VaultAccessChange {
  readonly vaultId: string;
  readonly holder: VaultHolder;
  readonly permissions: readonly string[];
}

/**
 * The commands for who may do what in a vault.
 * @see https://developer.1password.com/docs/cli/vault-permissions
 */
export function vaultAccessCommands({ change, json }: OpRunner) {
  const alter = (
    verb: "grant" | "revoke",
    { vaultId, holder, permissions }: VaultAccessChange,
  ): Promise<void> => {
    const { kind, name } = holder;
    const what = permissions.length === 0 ? [] : ["--permissions", permissions.join(",")];
    const towards = verb === "grant" ? "to" : "from";
    return change({
      // Without a terminal no question can be answered, and without this flag some versions ask.
      args: ["vault", kind, verb, "--vault", vaultId, `--${kind}`, name, ...what, "--no-input"],
      purpose: `${verb} access to the vault ${vaultId} ${towards} the ${kind} ${name}`,
      vaultIds: [vaultId],
    });
  };

  return {
    /** Lists the users, or the groups, that have been given access to a vault. */
    listVaultHolders(
      vaultId: string,
      kind: VaultHolder["kind"],
    ): Promise<readonly OpVaultHolder[]> {
      const purpose = `list the ${kind}s with access to the vault ${vaultId}`;
      return json({ args: ["vault", kind, "list", vaultId], purpose }, z.array(holderRow));
    },
    /** Gives permissions, on top of those held. They have to include what each depends on. */
    grantVaultAccess: (grant: VaultAccessChange) => alter("grant", grant),
    /** Takes permissions away; with none named, all of them. */
    revokeVaultAccess: (revocation: VaultAccessChange) => alter("revoke", revocation),
  };
}

const holderRow = z.object({
  id: z.string().min(1),
  name: z.string(),
  email: z.string().optional(),
  /** Broad ones like `"allow_viewing"`, or granular ones. Absent where a service account asks. */
  permissions: z.array(z.string()).default([]).readonly(),
});
