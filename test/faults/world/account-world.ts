import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const row = z.object({ id: z.string(), name: z.string(), state: z.string() });
const accountSchema = z.object({
  vaults: z.array(z.object({ id: z.string(), name: z.string(), type: z.string() })),
  connectServers: z.array(row.extend({ vaultIds: z.array(z.string()), uniqueKeyHash: z.string() })),
  connectTokens: z.array(
    row.extend({
      serverId: z.string(),
      secretHash: z.string(),
      vaults: z.array(z.object({ id: z.string() })),
    }),
  ),
});

/** What is alive in 1Password. */
export type AccountWorld = z.infer<typeof accountSchema>;

/** Looks into an account of the sandbox, past `op`: at the truth, not at what `op` shows. */
export async function lookIntoAccount(home: string): Promise<AccountWorld> {
  const account = accountSchema.parse(
    JSON.parse(await readFile(join(home, "account.json"), "utf8")),
  );
  const active = <T extends { state: string }>(rows: readonly T[]) =>
    rows.filter(({ state }) => state === "ACTIVE");
  return {
    vaults: account.vaults.filter(({ type }) => type === "USER_CREATED"),
    connectServers: active(account.connectServers),
    connectTokens: active(account.connectTokens),
  };
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
