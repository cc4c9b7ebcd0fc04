import { z } from "zod";
import { flag } from "./run/call.ts";
import type { OpRunner } from "./run/runner.ts";
import { vaultId } from "./vaults.ts";

/** An item as `op` lists it, without anything that is in it. */
export type OpItem = z.infer<typeof itemRow>;

/**
 * The commands for items.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/item
 */
export function itemCommands({ json }: OpRunner) {
  return {
    /**
     * Lists the items of a vault, archived ones too; without a vault, those of every vault that the
     * person signed in can read.
     */
    listItems(inVault?: string): Promise<readonly OpItem[]> {
      const args = ["item", "list", ...flag("--vault", inVault), "--include-archive"];
      const vaultIds = inVault === undefined ? {} : { vaultIds: [inVault] };
      const where = inVault === undefined ? "" : ` of the vault ${inVault}`;
      return json({ args, purpose: `list the items${where}`, ...vaultIds }, z.array(itemRow));
    },
  };
}

const itemRow = z.object({
  id: z.string().toLowerCase(),
  title: z.string(),
  version: z.number(),
  vault: z.object({ id: vaultId, name: z.string().optional() }),
  /** `"ARCHIVED"`; none of one that is in use. */
  state: z.string().optional(),
  created_at: z.coerce.date(),
  updated_at: z.coerce.date(),
});
