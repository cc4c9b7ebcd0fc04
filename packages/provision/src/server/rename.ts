import { ConnectError, isSameOnePasswordId } from "@opconnect/core";
import type { MintingSystems } from "../minting/request.ts";
import { withAdminCommand } from "../op/admin-command.ts";
import { isLive } from "../op/object-state.ts";
import { decodeStoreTags, encodeTagName } from "../store/contract/value-tags.ts";

/** Another name for a Connect server. */
export interface ServerRenaming {
  readonly serverId: string;
  /** The new name. */
  readonly name: string;
  /** The secret that keeps its credentials file, whose tags carry the name. */
  readonly secretId: string;
  /** What an admin who can mint has to run, e.g. `"pulumi up --stack acme-prod"`. */
  readonly adminCommand: string;
}

/**
 * Renames a Connect server in place: its credentials file and its tokens stay as they are.
 * @throws `OP_NAME_TAKEN` if another live server has the name, other `OP_…` codes, `STORE_…` codes.
 */
export async function renameServer(
  renaming: ServerRenaming,
  { op, store }: Pick<MintingSystems, "op" | "store">,
): Promise<void> {
  const { serverId, name, secretId, adminCommand } = renaming;
  await withAdminCommand(adminCommand, async () => {
    const servers = await op.listServers();
    const namesake = servers.find((server) => server.name === name && isLive(server));
    if (namesake !== undefined && !isSameOnePasswordId(namesake.id, serverId)) {
      throw new ConnectError(
        "OP_NAME_TAKEN",
        `The Connect server ${serverId} cannot be named "${name}": ${namesake.id} has that name.`,
        `Rename that one: \`op connect server edit ${namesake.id} --name <other name>\`. Then run again.`,
      );
    }
    if (namesake === undefined) await op.editServer({ id: serverId, name });
  });
  const tags = decodeStoreTags((await store.describe(secretId))?.tags ?? {});
  if (!isSameOnePasswordId(tags.serverId ?? "", serverId)) return;
  await store.tag(secretId, { "opconnect:name": encodeTagName(name) });
}
