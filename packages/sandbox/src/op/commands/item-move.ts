import { callerId, permissionsIn } from "../../account/caller.ts";
import { addItem, removeItem } from "../../account/item-store.ts";
import { findItem, findVault } from "../find-object.ts";
import { itemJson } from "../items/json.ts";
import { firstArg, type OpCall, type OpCommand, type OpOutput, signedIn } from "../op-command.ts";
import { forbidden, OpFailure } from "../op-failure.ts";
import { renderRecord } from "../table.ts";

export const itemMoveCommands: readonly OpCommand[] = ["move", "mv"].map((word) => ({
  name: `item ${word}`,
  args: "<item>",
  readsIds: true,
  flags: ["--current-vault <vault>", "--destination-vault <vault>", "--reveal"],
  run: moveItem,
}));

/**
 * The other vault gets a copy, which has an id of its own, and the item is deleted. [D] "op item
 * move"; [?] that the copy's versions begin anew.
 */
async function moveItem(call: OpCall): Promise<OpOutput> {
  return await call.account.update((account) => {
    const caller = signedIn(call);
    const scope = call.options.text("current-vault");
    const target = call.options.text("destination-vault");
    if (target === undefined) {
      throw new OpFailure('required flag(s) "destination-vault" not set');
    }
    const inVault = scope === undefined ? undefined : findVault(account, caller, scope);
    const item = findItem(account, caller, firstArg(call), inVault);
    const from = findVault(account, caller, item.vaultId);
    const to = findVault(account, caller, target);
    const mayTake = permissionsIn(account, from, caller).includes("delete_items");
    const mayPut = permissionsIn(account, to, caller).includes("create_items");
    if (!mayTake || !mayPut) throw forbidden(`move items to vault '${to.name}'`);
    const { id: _, vaultId: __, version: ___, ...content } = structuredClone(item);
    const copy = addItem(account, to.id, content, callerId(caller));
    removeItem(account, item);
    const text = renderRecord({ ID: copy.id, Title: copy.title, Vault: `${to.name} (${to.id})` });
    return { text, json: itemJson(account, copy) };
  });
}
