import { isConnectError } from "@opconnect/core";
import { editItem, writableFields } from "../item/item-cache.ts";
import { fetchItem, findFields, type OpItem, parseItem } from "../item/op-item.ts";
import { type OpSettings, runOp } from "../op/run-op.ts";
import type { SessionRequest } from "../session/session-request.ts";
import type { ItemSecrets, SecretName } from "./setup-secrets.ts";

/** The item of a request, if there is one. */
export async function findSetupItem(
  { item, vault }: SessionRequest,
  settings: OpSettings,
): Promise<OpItem | undefined> {
  try {
    return await fetchItem(
      { item, ...(vault === undefined ? {} : { vault }), fresh: true },
      settings,
    );
  } catch (error) {
    if (isConnectError(error) && error.code === "OP_NOT_FOUND" && isAboutItem(error.happened)) {
      return undefined;
    }
    throw error;
  }
}

/** The parts that the request needs and the item lacks. */
export function missingParts(
  request: SessionRequest,
  item: OpItem | undefined,
): readonly SecretName[] {
  const needed: readonly SecretName[] =
    request.mfa === "none"
      ? ["accessKeyId", "secretAccessKey"]
      : ["accessKeyId", "secretAccessKey", "mfaSerial", "oneTimePassword"];
  return needed.filter((name) => item === undefined || !hasPart(item, request, name));
}

/** Creates the item, through standard input, or puts into it what is missing. */
export async function writeSetupItem(
  request: SessionRequest,
  item: OpItem | undefined,
  secrets: ItemSecrets,
  settings: OpSettings,
): Promise<OpItem> {
  const fields = templateFields(request, secrets);
  if (item !== undefined) {
    await editItem(
      item.id,
      (found) => ({
        ...found.json,
        fields: [...writableFields(found).map(({ json }) => json), ...fields].filter(
          // An empty field of the label would stand beside the new one.
          ({ label, value }, _, all) =>
            (value !== undefined && value !== "") ||
            !all.some((other) => other.label === label && other.value),
        ),
      }),
      { rewriteItem: request.rewriteItem, settings },
    );
    return await fetchItem({ item: item.id, fresh: true }, settings);
  }
  const purpose = `create the item "${request.item}"`;
  const vault = request.vault === undefined ? [] : ["--vault", request.vault];
  const args = ["item", "create", ...vault, "--format", "json", "-"];
  const template = { title: request.item, category: "API_CREDENTIAL", fields };
  return parseItem(
    await runOp({ args, purpose, stdin: JSON.stringify(template) }, settings),
    purpose,
  );
}

function hasPart(item: OpItem, { fields }: SessionRequest, name: SecretName): boolean {
  if (name === "oneTimePassword") {
    return item.fields.some(({ type, value, totp }) => type === "OTP" && Boolean(value || totp));
  }
  return findFields(item, fields[name]).some(({ value }) => Boolean(value));
}

function templateFields({ fields }: SessionRequest, secrets: ItemSecrets) {
  const parts: readonly [SecretName, string, string][] = [
    ["accessKeyId", "STRING", fields.accessKeyId],
    ["secretAccessKey", "CONCEALED", fields.secretAccessKey],
    ["mfaSerial", "STRING", fields.mfaSerial],
    ["oneTimePassword", "OTP", fields.oneTimePassword ?? "one-time password"],
  ];
  return parts.flatMap(([name, type, label]): Readonly<Record<string, unknown>>[] => {
    const value = secrets[name];
    const id = label.toLowerCase().replaceAll(/\W+/g, "_");
    return value === undefined ? [] : [{ id, type, label, value }];
  });
}

/** What is not there may be the vault or the account as well. */
function isAboutItem(happened: string): boolean {
  return /isn't an item|isn't an item in|\(404\)/.test(happened);
}
