import type { Account } from "../../account/account.ts";
import { canRead } from "../../account/caller.ts";
import type { Item, ItemField } from "../../account/item.ts";
import { totp } from "../../account/totp.ts";
import { findItem, findItemVault } from "../find-object.ts";
import { parseCategory } from "../items/category.ts";
import { fieldJson, itemJson, itemSummary } from "../items/json.ts";
import { firstArg, type OpCall, type OpCommand, type OpOutput, signedIn } from "../op-command.ts";
import { OpFailure } from "../op-failure.ts";
import { renderRecord, renderTable } from "../table.ts";

export const itemCommands: readonly OpCommand[] = [
  {
    name: "item get",
    args: "<item>",
    readsIds: true,
    callers: "connect-too",
    flags: [
      "--vault <vault>",
      "--fields <fields>",
      "--otp",
      "--reveal",
      "--share-link",
      "--include-archive",
    ],
    run: getItem,
  },
  {
    name: "item list",
    flags: [
      "--vault <vault>",
      "--categories <categories>",
      "--tags <tags>",
      "--favorite",
      "--long",
      "--include-archive",
    ],
    callers: "connect-too",
    run: listItems,
  },
];

async function getItem(call: OpCall): Promise<OpOutput> {
  const { options } = call;
  const account = await call.account.read();
  const caller = signedIn(call);
  const vault = findItemVault(account, caller, options.text("vault"));
  const includeArchive = options.flag("include-archive");
  const item = findItem(account, caller, firstArg(call), vault, { includeArchive });
  if (options.flag("share-link")) return { text: shareLink(account, item) };
  if (options.flag("otp")) return { text: oneTimePassword(item) };
  if (options.each("fields").length > 0) return renderFields(account, item, call);
  return { text: renderItem(account, item, call), json: itemJson(account, item) };
}

/** The private link of "Copy Private Link". */
function shareLink({ id, url }: Account, item: Item): string {
  const query = new URLSearchParams({ a: id, v: item.vaultId, i: item.id, h: url });
  return `https://start.1password.com/open/i?${query}`;
}

function oneTimePassword(item: Item): string {
  const secret = item.fields.find(({ type }) => type === "OTP")?.value;
  if (!secret) throw new OpFailure(`item "${item.title}" does not have a one-time password`);
  return totp(secret, new Date());
}

/** Comma-separated for people; one JSON object, or an array of several. [D] */
function renderFields(account: Account, item: Item, call: OpCall): OpOutput {
  const fields = call.options.list("fields").flatMap((query) => selectFields(item, query));
  const text = fields.map((field) => shownValue(item, field, call)).join(",");
  const json = fields.map((field) => fieldJson(account, item, field));
  return { text, json: json.length === 1 ? json[0] : json };
}

/** `label=a`, `type=concealed`, or a bare label or id. */
function selectFields(item: Item, query: string): readonly ItemField[] {
  const [, kind, wanted = query] = /^(label|type)=(.*)$/.exec(query) ?? [];
  const matches = item.fields.filter(({ id, label, type }) =>
    kind === "type" ? type === wanted.toUpperCase() : label === wanted || id === wanted,
  );
  if (matches.length > 0) return matches;
  throw new OpFailure(`"${wanted}" isn't a field in the "${item.title}" item.`);
}

/** Since 2.30 concealed values are hidden from people unless asked for. [S] */
function shownValue(item: Item, { type, value = "" }: ItemField, { options }: OpCall): string {
  const hidden = type === "CONCEALED" && value !== "" && !options.flag("reveal");
  return hidden ? `[use 'op item get ${item.id} --reveal' to reveal]` : value;
}

function renderItem(account: Account, item: Item, call: OpCall): string {
  const { vault, updated_at, version, category } = itemSummary(account, item);
  const head = renderRecord({
    ID: item.id,
    Title: item.title,
    Vault: `${vault.name} (${vault.id})`,
    Updated: updated_at,
    Version: version,
    Category: category,
  });
  const fields = item.fields
    .filter(({ value }) => value)
    .map((field) => `  ${field.label}:    ${shownValue(item, field, call)}`);
  return [head, "Fields:", ...fields].join("\n");
}

async function listItems(call: OpCall): Promise<OpOutput> {
  const account = await call.account.read();
  const items = filterItems(account, call);
  const summaries = items.map((item) => itemSummary(account, item));
  const rows = summaries.map(({ id, title, vault, updated_at }) => [
    id,
    title,
    vault.name,
    updated_at,
  ]);
  return { text: renderTable(["ID", "TITLE", "VAULT", "EDITED"], rows), json: summaries };
}

function filterItems(account: Account, call: OpCall): readonly Item[] {
  const { options } = call;
  const caller = signedIn(call);
  const vault = findItemVault(account, caller, options.text("vault"));
  const vaults = vault ? [vault] : account.vaults.filter((each) => canRead(account, each, caller));
  const categories = options.list("categories").map(parseCategory);
  const tags = options.list("tags");
  return account.items.filter(
    (item) =>
      vaults.some(({ id }) => id === item.vaultId) &&
      (item.state === undefined || options.flag("include-archive")) &&
      (categories.length === 0 || categories.includes(item.category)) &&
      (tags.length === 0 || tags.some((tag) => item.tags.includes(tag))) &&
      (!options.flag("favorite") || item.favorite),
  );
}
