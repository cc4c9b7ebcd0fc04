import { ConnectError } from "@opconnect/core/connect-error";
import { isRecord } from "@opconnect/core/json";
import { type OpSettings, runOp } from "../op/run-op.ts";
import { type AwsSession, parseStoredSession } from "../session/credentials.ts";
import { digest } from "../session/digest.ts";
import type { SessionRequest } from "../session/request.ts";
import { fetchItem, findFields, inVault, type OpItem, parseItem } from "./op-item.ts";

/**
 * The label of the field that keeps the session: `session_cache` for one with a one-time password,
 * as scripts name it, and a name of its own for everything else that an item may give.
 */
export function cacheLabel({ fields, mfa, role }: SessionRequest): string {
  const words = [fields.sessionCache, role?.arn, mfa === "none" ? "no-mfa" : undefined];
  return words.filter((word) => word !== undefined).join(" ");
}

/** The session that an item keeps under a label; of several, the one that lasts longest. */
export function sessionOfItem(item: OpItem, label: string): AwsSession | undefined {
  const sessions = findFields(item, label).flatMap(({ value }) => parseStoredSession(value) ?? []);
  return sessions.sort((one, other) => Number(other.expiration) - Number(one.expiration))[0];
}

/**
 * Edits an item through standard input, as arguments can be read by every process of the machine.
 * That replaces the whole item, so it is read from 1Password just before, and the version tells
 * afterwards whether it overtook another writer, whose change is lost.
 * @throws `AWS_CACHE_FAILED` if the item may hold what `op` neither prints nor writes back.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/item#item-edit
 */
export async function editItem(
  { id, vaultId }: Pick<OpItem, "id" | "vaultId">,
  edit: (item: OpItem) => Readonly<Record<string, unknown>> | undefined,
  { rewriteItem, settings }: { readonly rewriteItem: boolean; readonly settings: OpSettings },
) {
  const item = await fetchItem({ item: id, vault: vaultId, fresh: true }, settings);
  const edited = edit(item);
  if (edited === undefined) return { title: item.title };
  if (!rewriteItem) assertWritable(item);
  const purpose = `write the item "${item.title}"`;
  const args = ["item", "edit", id, ...inVault(vaultId), "--format", "json"];
  const output = await runOp(
    { args, purpose, stdin: JSON.stringify(edited), fresh: true },
    settings,
  );
  const { version } = parseItem(output, purpose);
  const isOurs = version === item.version + 1;
  return { title: item.title, overtook: isOurs ? undefined : { from: item.version, to: version } };
}

/** The item's JSON with a concealed field of that label, once. */
export function withField(item: OpItem, label: string, value: string) {
  const matches = findFields(item, label);
  const [first] = matches;
  const fields = writableFields(item).flatMap(({ field, json }) => {
    if (!matches.includes(field)) return [json];
    return field === first ? [{ ...json, type: "CONCEALED", value }] : [];
  });
  const added = { id: fieldId(label), type: "CONCEALED", label, value };
  return { ...item.json, fields: first === undefined ? [...fields, added] : fields };
}

export function withoutValues(item: OpItem, labels: readonly string[]) {
  const fields = writableFields(item).map(({ field, json }) =>
    labels.includes(field.label) ? { ...json, value: "" } : json,
  );
  return { ...item.json, fields };
}

/** The fields as `op` takes them back: a code of the moment is none of it, nor is a date without one. */
export function writableFields(item: OpItem) {
  const all = Array.isArray(item.json.fields) ? item.json.fields.filter(isRecord) : [];
  return item.fields.flatMap((field, at) => {
    const { totp: _, ...json } = all[at] ?? {};
    const isEmptyDate = /^(DATE|MONTH_YEAR)$/.test(field.type) && field.value === undefined;
    return isEmptyDate ? [] : [{ field, json }];
  });
}

/**
 * `op` prints no passkey and destroys it by writing the item; that of a Login with a website may
 * have one. What becomes of attached files is not documented.
 */
function assertWritable(item: OpItem): void {
  const urls = Array.isArray(item.json.urls) ? item.json.urls : [];
  const files = Array.isArray(item.json.files) ? item.json.files : [];
  const danger =
    item.category === "LOGIN" && urls.length > 0
      ? "is a Login with a website, which may hold a passkey"
      : files.length > 0
        ? "has attached files"
        : undefined;
  if (danger === undefined) return;
  throw new ConnectError(
    "AWS_CACHE_FAILED",
    `The item "${item.title}" ${danger}: writing it through \`op\` would destroy that.`,
    "Move the access key to an item of its own (`opconnect aws-credentials setup`), use `--cache keychain`, or pass `--rewrite-item` if there is none.",
  );
}

/** Scripts give their field its label as id; ids of others must be short. */
function fieldId(label: string): string {
  if (/^\w+$/.test(label)) return label;
  return `session_${digest(label).slice(0, 16)}`;
}
