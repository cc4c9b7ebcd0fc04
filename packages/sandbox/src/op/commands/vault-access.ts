import type { Account, Group, User, Vault, VaultGrant } from "../../account/account.ts";
import { canManage } from "../../account/caller.ts";
import { findGrant, grantPermissions, revokePermissions } from "../../account/vault.ts";
import {
  type AccountType,
  expandPermission,
  missingDependencies,
  orphanedPermissions,
  renderPermissions,
  type VaultPermission,
  vaultPermissions,
} from "../../account/vault-permission.ts";
import { findGroup, findUser, findVault } from "../find-object.ts";
import { firstArg, type OpCall, type OpCommand, type OpOutput, signedIn } from "../op-command.ts";
import { forbidden, OpFailure, unknownPermission } from "../op-failure.ts";
import { renderTable } from "../table.ts";

const changeFlags = ["--vault <vault>", "--permissions <permissions>", "--no-input"];

export const vaultAccessCommands: readonly OpCommand[] = [
  {
    name: "vault user grant",
    flags: [...changeFlags, "--user <user>"],
    run: change("user", "grant"),
  },
  {
    name: "vault user revoke",
    flags: [...changeFlags, "--user <user>"],
    run: change("user", "revoke"),
  },
  { name: "vault user list", args: "<vault>", run: listUsers },
  {
    name: "vault group grant",
    flags: [...changeFlags, "--group <group>"],
    run: change("group", "grant"),
  },
  {
    name: "vault group revoke",
    flags: [...changeFlags, "--group <group>"],
    run: change("group", "revoke"),
  },
  { name: "vault group list", args: "<vault>", run: listGroups },
];

type Holder = "user" | "group";

function change(holder: Holder, verb: "grant" | "revoke"): OpCommand["run"] {
  return async (call) =>
    await call.account.update((account) => {
      const vault = changeableVault(account, call);
      const who =
        holder === "user"
          ? findUser(account, call.options.required("user"))
          : findGroup(account, call.options.required("group"));
      const permissions = readPermissions(call, account.type, verb);
      if (verb === "grant") grant(vault, holder, who.id, permissions);
      else revoke(vault, holder, who.id, permissions);
      return renderChange(account, vault, who, permissions);
    });
}

function changeableVault(account: Account, call: OpCall): Vault {
  const caller = signedIn(call);
  const vault = findVault(account, caller, call.options.required("vault"));
  if (vault.type === "PERSONAL") throw forbidden(`change access to vault '${vault.name}'`);
  if (caller.kind === "service-account" && vault.creatorId !== caller.serviceAccount.id) {
    throw forbidden(`manage vault '${vault.name}'`);
  }
  if (!canManage(account, vault, caller)) throw forbidden(`manage vault '${vault.name}'`);
  return vault;
}

/** Revoking without names takes everything. [D] */
function readPermissions(
  { options }: OpCall,
  type: AccountType,
  verb: string,
): readonly VaultPermission[] {
  const names = options.list("permissions");
  if (names.length === 0 && verb === "revoke") return vaultPermissions;
  if (names.length === 0) throw new OpFailure('required flag(s) "permissions" not set');
  return names.flatMap((name) => {
    const permissions = expandPermission(name, type);
    if (!permissions) throw unknownPermission(name);
    return permissions;
  });
}

/** Without a person to ask, `op` adds nothing by itself. [S] only the quoted middle of these texts. */
function grant(
  vault: Vault,
  holder: Holder,
  holderId: string,
  permissions: readonly VaultPermission[],
): void {
  const held = findGrant(vault, holder, holderId)?.permissions ?? [];
  const missing = missingDependencies(permissions).filter((needed) => !held.includes(needed));
  if (missing.length > 0) {
    throw new OpFailure(`[${permissions}] are dependent on the permission(s) [${missing}]`);
  }
  grantPermissions(vault, holder, holderId, permissions);
}

/** [?] Whether taking access from those who have none fails is not known; here it does. */
function revoke(
  vault: Vault,
  holder: Holder,
  holderId: string,
  permissions: readonly VaultPermission[],
): void {
  const held = findGrant(vault, holder, holderId)?.permissions ?? [];
  if (held.length === 0) {
    throw new OpFailure(`the ${holder} doesn't have access to this vault`, {
      others: [["(404) Not Found: The requested resource was not found.", 4]],
    });
  }
  const orphans = orphanedPermissions(held, permissions);
  if (orphans.length > 0) {
    throw new OpFailure(`[${orphans}] are dependent on the permission(s) [${permissions}]`);
  }
  revokePermissions(vault, holder, holderId, permissions);
}

/** [S] op-js: permissions as one string. */
function renderChange(
  { type }: Account,
  vault: Vault,
  who: User | Group,
  permissions: readonly VaultPermission[],
): OpOutput {
  const subject =
    "email" in who
      ? { user_id: who.id, user_email: who.email }
      : { group_id: who.id, group_name: who.name };
  const json = {
    vault_id: vault.id,
    vault_name: vault.name,
    ...subject,
    permissions: renderPermissions(permissions, type).join(","),
  };
  return { text: "", json };
}

async function listUsers(call: OpCall): Promise<OpOutput> {
  const account = await call.account.read();
  const holders = holdersOf(account, call, "user", account.users);
  const json = holders.map(({ who, permissions }) => {
    const { id, name, email, type, state } = who;
    return { id, name, email, type, state, permissions };
  });
  const rows = holders.map(({ who, permissions }) => [who.id, who.name, permissions.join(",")]);
  return { text: renderTable(["ID", "NAME", "PERMISSIONS"], rows), json };
}

async function listGroups(call: OpCall): Promise<OpOutput> {
  const account = await call.account.read();
  const holders = holdersOf(account, call, "group", account.groups);
  const json = holders.map(({ who, permissions }) => {
    const { id, name, description, state, createdAt } = who;
    return { id, name, description, state, created_at: createdAt, permissions };
  });
  const rows = holders.map(({ who, permissions }) => [who.id, who.name, permissions.join(",")]);
  return { text: renderTable(["ID", "NAME", "PERMISSIONS"], rows), json };
}

function holdersOf<T extends { readonly id: string }>(
  account: Account,
  call: OpCall,
  kind: VaultGrant["holder"],
  candidates: readonly T[],
): readonly { who: T; permissions: readonly string[] }[] {
  const vault = findVault(account, signedIn(call), firstArg(call));
  return candidates.flatMap((who) => {
    const held = findGrant(vault, kind, who.id);
    return held ? [{ who, permissions: renderPermissions(held.permissions, account.type) }] : [];
  });
}
