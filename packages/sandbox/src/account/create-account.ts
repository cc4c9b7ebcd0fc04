import { generateKeyPairSync, randomInt } from "node:crypto";
import type { Account, Group, SigningKey, User } from "./account.ts";
import { writeNewAccount } from "./account-file.ts";
import { newId, newUpperCaseId, timestamp } from "./ids.ts";
import { newUser } from "./people.ts";
import { addVault } from "./vault.ts";
import type { AccountType } from "./vault-permission.ts";

/** The sets of words that an account may be given for what nobody has recorded a text of. */
export const wordings = [0, 1, 2, 3] as const;

export interface SandboxAccountOptions {
  /**
   * The first person, member of the group Owners and signed in.
   * @default { name: "Olga Owner", email: "owner@example.com" }
   */
  readonly owner?: { readonly name: string; readonly email: string };
  /**
   * Plan of the account: Teams and Families know three permissions on vaults, Business many.
   * @default "BUSINESS"
   */
  readonly type?: AccountType;
  /**
   * Number of the words in which `op` and Connect refuse what nobody has recorded a text of.
   * @default - OPCONNECT_SANDBOX_WORDING, else drawn by chance
   */
  readonly wording?: number;
}

/** Ids that a test may need. */
export interface SandboxAccount {
  readonly home: string;
  readonly accountId: string;
  readonly ownerId: string;
  readonly wording: number;
}

/**
 * Makes an account in the folder `home`: an owner, the groups Owners, Administrators, Team Members and
 * Secrets Automation Managers, a private and a shared vault.
 * @throws Error if the folder already holds an account.
 */
export async function createSandboxAccount(
  home: string,
  {
    owner = { name: "Olga Owner", email: "owner@example.com" },
    type = "BUSINESS",
    wording = Number(process.env.OPCONNECT_SANDBOX_WORDING ?? randomInt(wordings.length)),
  }: SandboxAccountOptions = {},
): Promise<SandboxAccount> {
  const user = newUser(owner);
  const account = emptyAccount(user, type, wording);
  addVault(account, { name: "Private", type: "PERSONAL", creatorId: user.id });
  addVault(account, { name: "Shared", type: "EVERYONE", creatorId: user.id });
  await writeNewAccount(home, account);
  return { home, accountId: account.id, ownerId: user.id, wording };
}

function emptyAccount(owner: User, type: AccountType, wording: number): Account {
  const managers = newGroup("Secrets Automation Managers", "USER_DEFINED", []);
  return {
    format: 1,
    id: newUpperCaseId(),
    url: "sandbox.1password.com",
    shorthand: "sandbox",
    type,
    wording,
    connectMood: { newTokenMs: 0, refusesOneIn: 0, seed: 0 },
    session: { state: "signed-in", userId: owner.id },
    signingKey: newSigningKey(),
    users: [owner],
    groups: [
      newGroup("Owners", "OWNERS", [owner.id]),
      newGroup("Administrators", "ADMINISTRATORS", []),
      newGroup("Team Members", "TEAM_MEMBERS", [owner.id]),
      managers,
    ],
    vaults: [],
    items: [],
    serviceAccounts: [],
    connectServers: [],
    connectTokens: [],
    secretsAutomationManagers: [{ groupId: managers.id }],
    secrets: [],
  };
}

function newGroup(name: string, type: Group["type"], memberIds: string[]): Group {
  const now = timestamp(new Date());
  return {
    id: newId(),
    name,
    description: "",
    type,
    state: "ACTIVE",
    createdAt: now,
    updatedAt: now,
    memberIds,
  };
}

function newSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    kid: newId(),
    privateJwk: privateKey.export({ format: "jwk" }),
    publicJwk: publicKey.export({ format: "jwk" }),
  };
}
