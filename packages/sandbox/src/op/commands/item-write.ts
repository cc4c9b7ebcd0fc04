import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Account, Vault } from "../../account/account.ts";
import { type Caller, callerId, canRead, permissionsIn } from "../../account/caller.ts";
import { generateSecret } from "../../account/generate-secret.ts";
import type { Item, ItemContent } from "../../account/item.ts";
import { addItem, archiveItem, removeItem, replaceItem } from "../../account/item-store.ts";
import type { VaultPermission } from "../../account/vault-permission.ts";
import { findItem, findItemVault, findVault } from "../find-object.ts";
import { applyAssignments, parseAssignment } from "../items/assignment.ts";
import { parseCategory, templateFields } from "../items/category.ts";
import { itemJson } from "../items/json.ts";
import type { ItemTemplate } from "../items/template.ts";
import {
  firstArg,
  nothing,
  type OpCall,
  type OpCommand,
  type OpOutput,
  signedIn,
} from "../op-command.ts";
import { forbidden, OpFailure } from "../op-failure.ts";
import { renderRecord } from "../table.ts";

const contentFlags = [
  "--vault <vault>",
  "--title <title>",
  "--tags <tags>",
  "--url <url>",
  "--favorite",
  "--template <file>",
  "--dry-run",
  "--generate-password",
  "--reveal",
];

export const itemWriteCommands: readonly OpCommand[] = [
  {
    name: "item create",
    args: "[assignments...]",
    flags: ["--category <category>", ...contentFlags],
    run: createItem,
  },
  { name: "item edit", args: "<item> [assignments...]", flags: contentFlags, run: editItem },
  {
    name: "item delete",
    args: "<item>",
    readsIds: true,
    flags: ["--vault <vault>", "--archive"],
    run: deleteItem,
  },
];

async function createItem(call: OpCall): Promise<OpOutput> {
  const { options } = call;
  const template = await readTemplate(call, call.args);
  const category = parseCategory(
    options.text("category") ?? template.category ?? missing("category"),
  );
  const content: ItemContent = {
    title: defaultTitle(category),
    favorite: false,
    tags: [],
    urls: [],
    sections: [],
    fields: [...templateFields(category)],
    files: [],
    ...withoutVault(template),
    category,
  };
  await applyFlags(content, call, call.args);
  return await call.account.update((account) => {
    const caller = signedIn(call);
    const vault = targetVault(account, caller, options.text("vault") ?? template.vault);
    assertAllowed(account, vault, caller, "create_items");
    const isDryRun = options.flag("dry-run");
    const item = addItem(
      isDryRun ? { ...account, items: [] } : account,
      vault.id,
      content,
      callerId(caller),
    );
    return renderItem(account, item);
  });
}

/** JSON on stdin or in a file replaces all sections and fields; assignments come on top. [S] op 2.40 */
async function editItem(call: OpCall): Promise<OpOutput> {
  const [, ...assignments] = call.args;
  const template = await readTemplate(call, assignments);
  return await call.account.update(async (account) => {
    const [item, _vault] = writableItem(account, call, "edit_items");
    const content: ItemContent = {
      ...contentOf(item),
      ...withoutVault(template),
      category: item.category,
    };
    await applyFlags(content, call, assignments);
    if (call.options.flag("dry-run")) return renderItem(account, { ...item, ...content });
    replaceItem(account, item, content, callerId(signedIn(call)));
    return renderItem(account, item);
  });
}

async function deleteItem(call: OpCall): Promise<OpOutput> {
  await call.account.update((account) => {
    const archives = call.options.flag("archive");
    const [item] = writableItem(account, call, archives ? "archive_items" : "delete_items");
    if (archives) archiveItem(account, item, callerId(signedIn(call)));
    else removeItem(account, item);
  });
  return nothing;
}

/** A dash or a pipe means JSON on stdin; a pipe that stays empty is none. */
async function readTemplate(call: OpCall, args: readonly string[]): Promise<ItemTemplate> {
  const file = call.options.text("template");
  const isPiped = args.includes("-") || call.stdinIsPiped;
  const text = file
    ? await readFile(resolve(call.cwd, file), "utf8")
    : isPiped
      ? await call.readStdin()
      : "";
  if (text.trim() === "") return {};
  const { parseTemplate } = await import("../items/template.ts");
  return parseTemplate(text);
}

async function applyFlags(
  content: ItemContent,
  { options, cwd }: OpCall,
  args: readonly string[],
): Promise<void> {
  content.title = options.text("title") ?? content.title;
  if (options.each("tags").length > 0) content.tags = options.list("tags").filter(Boolean);
  const url = options.text("url");
  if (url !== undefined) content.urls = [{ label: "website", primary: true, href: url }];
  if (options.flag("favorite")) content.favorite = true;
  if (options.flag("generate-password")) {
    const assignment = { field: "password", type: "password", value: generateSecret({}) };
    await applyAssignments(content, [assignment], cwd);
  }
  const assignments = args.filter((arg) => arg !== "-").map(parseAssignment);
  await applyAssignments(content, assignments, cwd);
}

/** Without `--vault`: a person's own vault, or the only one of a service account. [D] */
function targetVault(account: Account, caller: Caller, query: string | undefined): Vault {
  const vault = findItemVault(account, caller, query);
  if (vault) return vault;
  const readable = account.vaults.filter((each) => canRead(account, each, caller));
  const own = readable.find(({ type }) => type === "PERSONAL");
  const [only, ...others] = readable;
  if (own) return own;
  if (only && others.length === 0) return only;
  throw new OpFailure(
    "a vault query must be provided when this command is called by a service account",
  );
}

function writableItem(
  account: Account,
  call: OpCall,
  permission: VaultPermission,
): readonly [Item, Vault] {
  const caller = signedIn(call);
  const scope = findItemVault(account, caller, call.options.text("vault"));
  const item = findItem(account, caller, firstArg(call), scope);
  const vault = findVault(account, caller, item.vaultId);
  assertAllowed(account, vault, caller, permission);
  return [item, vault];
}

function assertAllowed(
  account: Account,
  vault: Vault,
  caller: Caller,
  permission: VaultPermission,
): void {
  if (permissionsIn(account, vault, caller).includes(permission)) return;
  throw forbidden(`change items in vault '${vault.name}'`);
}

function withoutVault({ vault: _, ...content }: ItemTemplate): Partial<ItemContent> {
  return content;
}

/** A copy, so that a refused edit leaves the item alone. */
function contentOf(item: Item): ItemContent {
  const { title, category, favorite, tags, urls, sections, fields, files } = structuredClone(item);
  return { title, category, favorite, tags, urls, sections, fields, files };
}

function defaultTitle(category: string): string {
  const words = category.toLowerCase().split("_");
  return words.map((word) => word.replace(/^./, (first) => first.toUpperCase())).join(" ");
}

function renderItem(account: Account, item: Item): OpOutput {
  const text = renderRecord({
    ID: item.id,
    Title: item.title,
    Version: item.version,
    Category: item.category,
  });
  return { text, json: itemJson(account, item) };
}

function missing(flag: string): never {
  throw new OpFailure(`required flag(s) "${flag}" not set`);
}
