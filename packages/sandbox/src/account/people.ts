import type { Account, User } from "./account.ts";
import { openAccountFile } from "./account-file.ts";
import { newUpperCaseId, timestamp } from "./ids.ts";
import { createServiceAccount } from "./service-account.ts";
import { addVault, grantPermissions } from "./vault.ts";
import { expandPermission } from "./vault-permission.ts";

export interface NewPerson {
  readonly name: string;
  readonly email: string;
  /** Names of groups to join besides Team Members, e.g. `["Administrators"]`. */
  readonly groups?: readonly string[];
}

/** Adds a person with a private vault of their own, and returns their id. */
export async function addPerson(home: string, person: NewPerson): Promise<string> {
  return await openAccountFile(home).update((account) => {
    const user = newUser(person);
    account.users.push(user);
    for (const name of ["Team Members", ...(person.groups ?? [])]) {
      groupNamed(account, name).memberIds.push(user.id);
    }
    addVault(account, { name: "Private", type: "PERSONAL", creatorId: user.id });
    return user.id;
  });
}

/** Signs `op` in as the person with this email, or out with `undefined`. */
export async function signIn(home: string, email: string | undefined): Promise<void> {
  await openAccountFile(home).update((account) => {
    account.session =
      email === undefined
        ? { state: "signed-out" }
        : { state: "signed-in", userId: personWithEmail(account, email).id };
  });
}

/** Makes `op` behave as on a machine where no account was ever added. */
export async function forgetAccount(home: string): Promise<void> {
  await openAccountFile(home).update((account) => {
    account.session = { state: "no-account" };
  });
}

export interface VaultAccessGrant {
  /** Id or name of the vault. */
  readonly vault: string;
  /** A person's email or a group's name. */
  readonly to: string;
  /** Granular names or bundles, e.g. `["allow_viewing"]`. */
  readonly permissions: readonly string[];
}

/** Grants permissions on a vault as an administrator would in the browser. */
export async function grantVaultAccess(home: string, grant: VaultAccessGrant): Promise<void> {
  await openAccountFile(home).update((account) => {
    const vault = account.vaults.find(({ id, name }) => id === grant.vault || name === grant.vault);
    if (!vault) throw new Error(`The sandbox account has no vault "${grant.vault}".`);
    const permissions = grant.permissions.flatMap((name) => expandPermission(name) ?? []);
    const user = account.users.find(({ email }) => email === grant.to);
    const [holder, holderId] = user
      ? (["user", user.id] as const)
      : (["group", groupNamed(account, grant.to).id] as const);
    grantPermissions(vault, holder, holderId, permissions);
  });
}

export interface NewServiceAccount {
  readonly name: string;
  /** Vault ids or names with the permissions there, e.g. `{ app: ["read_items"] }`. */
  readonly vaults?: Readonly<Record<string, readonly string[]>>;
  readonly canCreateVaults?: boolean;
}

/** Adds a service account and returns its token (`ops_…`). */
export async function addServiceAccount(
  home: string,
  { name, vaults = {}, canCreateVaults = false }: NewServiceAccount,
): Promise<string> {
  return await openAccountFile(home).update((account) => {
    const grants = Object.entries(vaults).map(([nameOrId, permissions]) => {
      const vault = account.vaults.find((each) => each.id === nameOrId || each.name === nameOrId);
      if (!vault) throw new Error(`The sandbox account has no vault "${nameOrId}".`);
      return { vault, permissions };
    });
    const creatorId = account.users[0]?.id ?? account.id;
    return createServiceAccount(account, { name, grants, canCreateVaults, creatorId });
  });
}

export function newUser({ name, email }: NewPerson): User {
  const now = timestamp(new Date());
  return {
    id: newUpperCaseId(),
    name,
    email,
    type: "MEMBER",
    state: "ACTIVE",
    createdAt: now,
    updatedAt: now,
    lastAuthAt: now,
  };
}

function groupNamed(account: Account, name: string): Account["groups"][number] {
  const group = account.groups.find((each) => each.name === name);
  if (!group) throw new Error(`The sandbox account has no group "${name}".`);
  return group;
}

function personWithEmail(account: Account, email: string): User {
  const user = account.users.find((each) => each.email === email);
  if (!user) throw new Error(`The sandbox account has no person with the email "${email}".`);
  return user;
}
