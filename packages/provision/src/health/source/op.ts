import { isConnectError } from "@opconnect/core";
import type { OpItem } from "../../op/items.ts";
import type { OpCli } from "../../op/op-cli.ts";
import { type ItemSource, type SourceItem, unknownContent, vaultNamed } from "./item-source.ts";

/** 1Password as the person who is signed in to `op` sees it. */
export function opSource(op: OpCli): ItemSource {
  return {
    async lookInto(named) {
      try {
        const vault = vaultNamed(await op.recentVaults(), named);
        if (vault === undefined) {
          const because = `\`op\` does not show the vault ${named}, which proves nothing.`;
          return { kind: "unknown", because };
        }
        return { kind: "listed", vault, items: (await op.listItems(vault.id)).map(sourceItem) };
      } catch (error) {
        if (isConnectError(error)) return unknownContent(error);
        throw error;
      }
    },

    async everything() {
      try {
        return (await op.listItems()).map(sourceItem);
      } catch (error) {
        if (isConnectError(error)) return [];
        throw error;
      }
    },
  };
}

function sourceItem(row: OpItem): SourceItem {
  const { id, title, version, state, vault, created_at, updated_at } = row;
  return {
    id,
    title,
    version,
    isArchived: state !== undefined && state !== "ACTIVE",
    createdAt: created_at,
    updatedAt: updated_at,
    vault: { id: vault.id, name: vault.name ?? vault.id },
  };
}
