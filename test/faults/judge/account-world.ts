import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const row = z.object({ id: z.string(), name: z.string(), state: z.string() });
const accountSchema = z.object({
  users: z.array(z.object({ id: z.string(), email: z.string() })),
  groups: z.array(z.object({ id: z.string(), name: z.string(), type: z.string() })),
  vaults: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      description: z.string(),
      type: z.string(),
      creatorId: z.string(),
      grants: z.array(z.object({ holderId: z.string(), permissions: z.array(z.string()) })),
    }),
  ),
  connectServers: z.array(row.extend({ vaultIds: z.array(z.string()), uniqueKeyHash: z.string() })),
  connectTokens: z.array(
    row.extend({
      serverId: z.string(),
      secretHash: z.string(),
      vaults: z.array(z.object({ id: z.string(), acl: z.number() })),
    }),
  ),
});

type Account = z.infer<typeof accountSchema>;

/** What is alive in 1Password. */
export interface AccountWorld extends Pick<Account, "connectServers" | "connectTokens"> {
  readonly vaults: readonly VaultWorld[];
}

/** A vault of the account. */
export interface VaultWorld {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Permissions by name of a group or email of a user, but for those who have them by themselves. */
  readonly access: Readonly<Record<string, readonly string[]>>;
}

/** Looks into an account of the sandbox, past `op`: at the truth, not at what `op` shows. */
export async function lookIntoAccount(home: string): Promise<AccountWorld> {
  const account = accountSchema.parse(
    JSON.parse(await readFile(join(home, "account.json"), "utf8")),
  );
  const active = <T extends { state: string }>(rows: readonly T[]) =>
    rows.filter(({ state }) => state === "ACTIVE");
  const made = account.vaults.filter(({ type }) => type === "USER_CREATED");
  return {
    vaults: made.map(({ id, name, description, ...vault }) => {
      return { id, name, description, access: accessTo(vault, account) };
    }),
    connectServers: active(account.connectServers),
    connectTokens: active(account.connectTokens),
  };
}

/** Its creator, the owners and the administrators need not be given access. */
function accessTo(
  { creatorId, grants }: Pick<Account["vaults"][number], "creatorId" | "grants">,
  { users, groups }: Account,
): VaultWorld["access"] {
  const givenTo = (holderId: string) => {
    const group = groups.find(({ id }) => id === holderId);
    if (holderId === creatorId || ["OWNERS", "ADMINISTRATORS"].includes(group?.type ?? "")) return;
    return group?.name ?? users.find(({ id }) => id === holderId)?.email ?? holderId;
  };
  const named = grants.flatMap(({ holderId, permissions }) => {
    const name = givenTo(holderId);
    return name === undefined ? [] : [[name, permissions] as const];
  });
  return Object.fromEntries(named);
}

/** The server that a credentials file opens. */
export function serverOf(credentialsFile: string, { connectServers }: AccountWorld) {
  const hash = sha256(credentialsSchema.parse(JSON.parse(credentialsFile)).uniqueKey.k);
  return connectServers.find(({ uniqueKeyHash }) => uniqueKeyHash === hash);
}

/** The token whose text this is. */
export function tokenOf(text: string, { connectTokens }: AccountWorld) {
  const claims = Buffer.from(text.split(".")[1] ?? "", "base64url").toString();
  const { jti, "1password.com/token": secret } = claimsSchema.parse(JSON.parse(claims));
  return connectTokens.find(({ id, secretHash }) => id === jti && secretHash === sha256(secret));
}

const credentialsSchema = z.object({ uniqueKey: z.object({ k: z.string() }) });
const claimsSchema = z.object({ jti: z.string(), "1password.com/token": z.string() });

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
