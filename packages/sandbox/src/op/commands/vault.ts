import type { Account, Vault } from "../../account/account.ts";
import { type Caller, canManage, canRead, permissionsIn } from "../../account/caller.ts";
import { addVault, findGrant, removeVault } from "../../account/vault.ts";
import { expandPermission } from "../../account/vault-permission.ts";
import { parseGoBoolean } from "../argv/options.ts";
import { findGroup, findUser, findVault } from "../find-object.ts";
import {
  firstArg,
  nothing,
  type OpCall,
  type OpCommand,
  type OpOutput,
  signedIn,
} from "../op-command.ts";
import { forbidden, OpFailure, unknownPermission } from "../op-failure.ts";
import { renderRecord, renderTable } from "../table.ts";

export const vaultCommands: readonly OpCommand[] = [
  {
    name: "vault create",
    args: "<name>",
    flags: ["--allow-admins-to-manage <bool>", "--description <text>", "--icon <keyword>"],
    run: createVault,
  },
  { name: "vault get", args: "<vault>", readsIds: true, callers: "connect-too", run: getVault },
  {
    name: "vault list",
    flags: ["--group <group>", "--user <user>", "--permission <permissions>"],
    callers: "connect-too",
    run: listVaults,
  },
  {
    name: "vault edit",
    args: "<vault>",
    flags: ["--name <name>", "--description <text>", "--icon <keyword>", "--travel-mode <on-off>"],
    callers: "people",
    run: editVault,
  },
  { name: "vault delete", args: "<vault>", readsIds: true, run: deleteVault },
];

async function createVault(call: OpCall): Promise<OpOutput> {
  const { options } = call;
  const caller = signedIn(call);
  if (caller.kind === "service-account" && !caller.serviceAccount.canCreateVaults) {
    throw forbidden("create vaults");
  }
  const adminsManage = parseGoBoolean(
    options.text("allow-admins-to-manage") ?? "true",
    "allow-admins-to-manage",
  );
  return await call.account.update((account) => {
    const vault = addVault(account, {
      name: firstArg(call),
      description: options.text("description"),
      icon: options.text("icon"),
      creatorId: caller.kind === "person" ? caller.user.id : caller.serviceAccount.id,
      creatorKind: caller.kind === "person" ? "user" : "service-account",
      allowAdminsToManage: adminsManage,
    });
    return renderVault(account, vault);
  });
}

async function getVault(call: OpCall): Promise<OpOutput> {
  const account = await call.account.read();
  return renderVault(account, findVault(account, signedIn(call), firstArg(call)));
}

/**
 * Without filter the vaults that the caller reads; with one, all that fit it and that the caller reads
 * or manages. [D],[S]
 */
async function listVaults(call: OpCall): Promise<OpOutput> {
  const account = await call.account.read();
  const vaults = filterVaults(account, signedIn(call), call);
  const rows = vaults.map(({ id, name }) => [id, name]);
  return {
    text: renderTable(["ID", "NAME"], rows),
    json: vaults.map((vault) => summarize(account, vault)),
  };
}

function filterVaults(account: Account, caller: Caller, { options }: OpCall): readonly Vault[] {
  const [group, user] = [options.text("group"), options.text("user")];
  if (caller.kind === "service-account" && (group ?? user) !== undefined) {
    throw new OpFailure("unknown flag: --group or --user can't be used with a service account");
  }
  const wanted = options.list("permission").flatMap((name) => {
    const permissions = expandPermission(name, account.type);
    if (!permissions) throw unknownPermission(name);
    return permissions;
  });
  const holderId = group ? findGroup(account, group).id : user && findUser(account, user).id;
  return account.vaults.filter((vault) => {
    const reads = canRead(account, vault, caller);
    const manages = canManage(account, vault, caller);
    const held = permissionsIn(account, vault, caller);
    if (wanted.length === 0 && holderId === undefined) return reads;
    if (!reads && !manages) return false;
    const ofHolder = findGrant(vault, group ? "group" : "user", holderId ?? "")?.permissions;
    const subject = holderId === undefined ? held : (ofHolder ?? []);
    return subject.length > 0 && wanted.every((permission) => subject.includes(permission));
  });
}

async function editVault(call: OpCall): Promise<OpOutput> {
  const { options } = call;
  await call.account.update((account) => {
    const vault = manageableVault(account, call);
    vault.name = options.text("name") ?? vault.name;
    vault.description = options.text("description") ?? vault.description;
    const icon = options.text("icon");
    if (icon !== undefined) vault.icon = icon;
    vault.attributeVersion += 1;
  });
  return nothing;
}

/** No question asked. A service account deletes only what it created. [D] */
async function deleteVault(call: OpCall): Promise<OpOutput> {
  await call.account.update((account) => removeVault(account, manageableVault(account, call)));
  return nothing;
}

function manageableVault(account: Account, call: OpCall): Vault {
  const caller = signedIn(call);
  const vault = findVault(account, caller, firstArg(call));
  const isCreator = caller.kind === "person" || vault.creatorId === caller.serviceAccount.id;
  if (!isCreator || !canManage(account, vault, caller)) {
    throw forbidden(`manage vault '${vault.name}'`);
  }
  return vault;
}

/** [S] pyonepassword: `description` is left out when empty. */
function renderVault(account: Account, vault: Vault): OpOutput {
  const { id, name, description, type, attributeVersion, contentVersion } = vault;
  const { created_at, updated_at, items, content_version } = summarize(account, vault);
  const text = renderRecord({
    ID: id,
    Name: name,
    ...(description === "" ? {} : { Description: description }),
    Type: type,
    "Attribute version": attributeVersion,
    "Content version": contentVersion,
    Items: items,
    Created: created_at,
    Updated: updated_at,
  });
  const json = {
    id,
    name,
    content_version,
    ...(description === "" ? {} : { description }),
    attribute_version: attributeVersion,
    items,
    type,
    created_at,
    updated_at,
  };
  return { text, json };
}

function summarize(account: Account, { id, name, contentVersion, createdAt, updatedAt }: Vault) {
  return {
    id,
    name,
    content_version: contentVersion,
    created_at: createdAt,
    updated_at: updatedAt,
    items: account.items.filter(({ vaultId, state }) => vaultId === id && !state).length,
  };
}
