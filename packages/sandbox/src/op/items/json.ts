import type { Account } from "../../account/account.ts";
import type { Item, ItemField } from "../../account/item.ts";
import { totp } from "../../account/totp.ts";

/** An item without its fields, as `op item list --format json` prints it. [S] pyonepassword */
export function itemSummary(account: Account, item: Item) {
  const username = item.fields.find(({ purpose }) => purpose === "USERNAME")?.value;
  return {
    id: item.id,
    title: item.title,
    ...(item.favorite ? { favorite: true } : {}),
    ...(item.tags.length > 0 ? { tags: item.tags } : {}),
    version: item.version,
    ...(item.state ? { state: item.state } : {}),
    vault: { id: item.vaultId, name: vaultName(account, item) },
    category: item.category,
    last_edited_by: item.lastEditedBy,
    created_at: item.createdAt,
    updated_at: item.updatedAt,
    ...(username ? { additional_information: username } : {}),
    ...(item.urls.length > 0 ? { urls: item.urls } : {}),
  };
}

/** An item with everything, as `op item get --format json` prints it: concealed values in clear. [S] */
export function itemJson(account: Account, item: Item): object {
  return {
    ...itemSummary(account, item),
    ...(item.sections.length > 0 ? { sections: item.sections } : {}),
    fields: item.fields.map((field) => fieldJson(account, item, field)),
    ...(item.files.length > 0 ? { files: item.files.map(fileJson) } : {}),
  };
}

export function fieldJson(account: Account, item: Item, field: ItemField): object {
  const section = item.sections.find(({ id }) => id === field.sectionId);
  const path = [vaultName(account, item), item.title, section?.label, field.label];
  return {
    id: field.id,
    ...(section ? { section } : {}),
    type: field.type,
    ...(field.purpose ? { purpose: field.purpose } : {}),
    label: field.label,
    ...(field.value ? { value: field.value } : {}),
    ...(field.type === "OTP" && field.value ? { totp: totp(field.value, new Date()) } : {}),
    reference: `op://${path.filter((part) => part !== undefined).join("/")}`,
  };
}

function fileJson({ id, name, sizeBytes }: Item["files"][number]): object {
  return { id, name, size: sizeBytes };
}

function vaultName({ vaults }: Account, { vaultId }: Item): string {
  return vaults.find(({ id }) => id === vaultId)?.name ?? vaultId;
}
