import { isConnectError } from "@opconnect/core";
import { editItem, writableFields } from "../item/cache.ts";
import {
  fetchItem,
  findFields,
  inVault,
  type OpItem,
  type OpItemField,
  parseItem,
} from "../item/op-item.ts";
import { type OpSettings, runOp } from "../op/run-op.ts";
import type { SessionRequest } from "../session/request.ts";
import { type ItemPart, type ItemSecrets, itemParts } from "./item-parts.ts";

export async function findSetupItem(
  { item, vault }: SessionRequest,
  settings: OpSettings,
): Promise<OpItem | undefined> {
  try {
    return await fetchItem({ item, vault, fresh: true }, settings);
  } catch (error) {
    // What is not there may be the vault or the account as well.
    const isMissing = isConnectError(error) && error.code === "OP_NOT_FOUND";
    if (isMissing && /isn't an item|\(404\)/.test(error.happened)) return undefined;
    throw error;
  }
}

export function missingParts(
  { mfa, fields }: SessionRequest,
  item: OpItem | undefined,
): readonly ItemPart[] {
  const needed = mfa === "none" ? itemParts.slice(0, 2) : itemParts;
  if (item === undefined) return needed;
  return needed.filter((part) =>
    part.type === "OTP"
      ? !item.fields.some(({ type, value, totp }) => type === "OTP" && (value || totp))
      : !findFields(item, fields[part.name]).some(({ value }) => value),
  );
}

/**
 * Creates the item, through standard input, or puts into it what is missing, and in the place of
 * what it has what is entered anew.
 */
export async function writeSetupItem(
  request: SessionRequest,
  item: OpItem | undefined,
  secrets: ItemSecrets,
  settings: OpSettings,
): Promise<OpItem> {
  const { item: title, vault, rewriteItem } = request;
  const added = fieldsOf(request, secrets);
  if (item === undefined) {
    const purpose = `create the item "${title}"`;
    const args = ["item", "create", ...inVault(vault), "--format", "json", "-"];
    const stdin = JSON.stringify({ title, category: "API_CREDENTIAL", fields: added });
    return parseItem(await runOp({ args, purpose, stdin }, settings), purpose);
  }
  const edit = (found: OpItem) => {
    const replaced = new Set<unknown>();
    const kept = writableFields(found).map(({ field, json }) => {
      const fresh = added.find((each) => isOf(each, field, found));
      if (fresh === undefined || !field.value) return json;
      replaced.add(fresh);
      return { ...json, value: fresh.value };
    });
    const fields = [...kept, ...added.filter((each) => !replaced.has(each))].filter(
      // An empty field of the label would stand beside the new one.
      ({ label, value }, _, all) =>
        (value !== undefined && value !== "") ||
        !all.some((other) => other.label === label && other.value),
    );
    return { ...found.json, fields };
  };
  await editItem(item, edit, { rewriteItem, settings });
  return await fetchItem({ item: item.id, vault: item.vaultId, fresh: true }, settings);
}

/** Whether a field of the item is the one that a part belongs into. */
function isOf({ label, type }: AddedField, field: OpItemField, item: OpItem): boolean {
  if (field.type === "OTP" || type === "OTP") return field.type === type;
  return findFields(item, label).includes(field);
}

interface AddedField extends Readonly<Record<string, unknown>> {
  readonly label: string;
  readonly type: ItemPart["type"];
  readonly value: string;
}

function fieldsOf({ fields }: SessionRequest, secrets: ItemSecrets): AddedField[] {
  const labels = { ...fields, oneTimePassword: fields.oneTimePassword ?? "one-time password" };
  return itemParts.flatMap(({ name, type }): AddedField[] => {
    const [value, label] = [secrets[name], labels[name]];
    const id = label.toLowerCase().replaceAll(/\W+/g, "_");
    return value === undefined ? [] : [{ id, type, label, value }];
  });
}
