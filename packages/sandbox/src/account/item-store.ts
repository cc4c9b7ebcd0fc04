import type { Account } from "./account.ts";
import { newId, timestamp } from "./ids.ts";
import { type Item, type ItemContent, secretsOfItem } from "./item.ts";

/** Adds an item to a vault; `editorId` is the person, service account or Connect server that did. */
export function addItem(
  account: Account,
  vaultId: string,
  content: ItemContent,
  editorId: string,
): Item {
  const now = timestamp(new Date());
  const item: Item = {
    ...content,
    id: newId(),
    vaultId,
    version: 1,
    createdAt: now,
    updatedAt: now,
    lastEditedBy: editorId,
  };
  account.items.push(item);
  noteChange(account, item);
  return item;
}

/** Gives an item new content and a new version. */
export function replaceItem(
  account: Account,
  item: Item,
  content: ItemContent,
  editorId: string,
): void {
  Object.assign(item, content);
  item.version += 1;
  item.updatedAt = timestamp(new Date());
  item.lastEditedBy = editorId;
  noteChange(account, item);
}

export function removeItem(account: Account, item: Item): void {
  account.items.splice(account.items.indexOf(item), 1);
  noteChange(account, item);
}

export function archiveItem(account: Account, item: Item, editorId: string): void {
  item.state = "ARCHIVED";
  item.updatedAt = timestamp(new Date());
  item.lastEditedBy = editorId;
  noteChange(account, item);
}

/** The vault counts changes of its content, and what was once a secret stays one. */
function noteChange(account: Account, item: Item): void {
  const vault = account.vaults.find(({ id }) => id === item.vaultId);
  if (vault) {
    vault.contentVersion += 1;
    vault.updatedAt = item.updatedAt;
  }
  for (const secret of secretsOfItem(item)) {
    if (!account.secrets.includes(secret)) account.secrets.push(secret);
  }
}
