import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { op } from "../look/account.ts";
import type { RigAccess } from "../rig-access.ts";
import { typeItem } from "./item.ts";

/** Makes a vault with an item in it, as a person would by hand. Returns its id. */
export async function createVaultByHand(rig: RigAccess, title: string): Promise<string> {
  const made = await op(rig, ["vault", "create", title, "--description", "by hand"]);
  const { id } = z.object({ id: z.string() }).parse(made);
  await typeItem(rig, "postgres", id);
  return id;
}

/** A vault as `op` shows it, and its icon, which no command shows, as the account has it. */
export async function shownVault(rig: RigAccess, id: string) {
  const shown = z.object({ id: z.string(), description: z.string().optional() });
  const account = z.object({
    vaults: z.array(z.object({ id: z.string(), icon: z.string().optional() })),
  });
  const file = join(rig.env.OPCONNECT_SANDBOX_HOME ?? "", "account.json");
  const { vaults } = account.parse(JSON.parse(await readFile(file, "utf8")));
  return {
    ...shown.parse(await op(rig, ["vault", "get", id])),
    icon: vaults.find((vault) => vault.id === id)?.icon,
    groups: await permissions(rig, "group", id),
    users: await permissions(rig, "user", id),
  };
}

/** Ids of a vault's items, each with a fingerprint of all that is in it. */
export async function shownItems(
  rig: RigAccess,
  vaultId: string,
): Promise<Readonly<Record<string, string>>> {
  const rows = z.array(z.object({ id: z.string() }));
  const shown: Record<string, string> = {};
  for (const { id } of rows.parse(await op(rig, ["item", "list", "--vault", vaultId]))) {
    const item = JSON.stringify(await op(rig, ["item", "get", id, "--vault", vaultId]));
    shown[id] = createHash("sha256").update(item).digest("hex");
  }
  return shown;
}

/** What groups may do in a vault by their names, or people by their emails. */
async function permissions(rig: RigAccess, kind: "group" | "user", vaultId: string) {
  const rows = z.array(
    z.object({ name: z.string(), email: z.string().optional(), permissions: z.array(z.string()) }),
  );
  const holders = rows.parse(await op(rig, ["vault", kind, "list", vaultId]));
  return Object.fromEntries(
    holders.map(({ name, email, permissions }) => [email ?? name, permissions]),
  );
}
