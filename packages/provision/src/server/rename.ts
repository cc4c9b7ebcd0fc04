import { ConnectError, encodeTagName, isSameOnePasswordId, unlessCode } from "@opconnect/core";
import { isDescribed } from "../minting/kind.ts";
import type { MintingRequest, MintingSystems } from "../minting/request.ts";
import { readTags } from "../minting/stored-state.ts";
import { withAdminCommand } from "../op/admin-command.ts";
import { isLive } from "../op/object-state.ts";
import { serverKind } from "./kind.ts";

/** Another name for a Connect server. */
export interface ServerRenaming extends Pick<MintingRequest, "name" | "secretId" | "adminCommand"> {
  readonly serverId: string;
}

/**
 * Renames a Connect server in place: its credentials file and its tokens stay as they are. Where
 * there is no `op`, the store is believed that says that a person has done so.
 * @throws `OP_NAME_TAKEN` if another live server has the name, other `OP_…` codes, `STORE_…` codes.
 */
export async function renameServer(
  renaming: ServerRenaming,
  { op, store }: Pick<MintingSystems, "op" | "store">,
): Promise<void> {
  const { serverId, name, secretId, adminCommand } = renaming;
  const tags = await readTags(store, secretId);
  const isDescribedHere = isDescribed(serverKind(op), serverId, tags);
  if (isDescribedHere && tags.name === encodeTagName(name)) {
    const listed = await unlessCode(["OP_NOT_INSTALLED"], () => op.recentServers());
    if (listed === undefined) return;
  }
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
  if (isDescribedHere) await store.tag(secretId, { "opconnect:name": encodeTagName(name) });
}
