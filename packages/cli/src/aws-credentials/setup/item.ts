import { isConnectError } from "@opconnect/core";
import { editItem, writableFields } from "../item/cache.ts";
import { fetchItem, findFields, inVault, type OpItem, parseItem } from "../item/op-item.ts";
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

/** Creates the item, through standard input, or puts into it what is missing. */
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
    const fields = [...writableFields(found).map(({ json }) => json), ...added].filter(
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

function fieldsOf({ fields }: SessionRequest, secrets: ItemSecrets) {
  const labels = { ...fields, oneTimePassword: fields.oneTimePassword ?? "one-time password" };
  return itemParts.flatMap(({ name, type }): Readonly<Record<string, unknown>>[] => {
    const [value, label] = [secrets[name], labels[name]];
    const id = label.toLowerCase().replaceAll(/\W+/g, "_");
    return value === undefined ? [] : [{ id, type, label, value }];
  });
}
