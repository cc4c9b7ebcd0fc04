import { randomBytes } from "node:crypto";
import { execa } from "execa";
import type { RigAccess } from "./rig-access.ts";

/** Types a new item into 1Password, as somebody would in the app. Returns the command. */
export async function typeItem(rig: RigAccess, title: string, vaultId: string): Promise<string> {
  return op(rig, ["item", "create", "-", "--vault", vaultId], { title, category: "DATABASE" });
}

/** Gives the item another password. Returns the command. */
export async function editItem(rig: RigAccess, title: string, vaultId: string): Promise<string> {
  return op(rig, ["item", "edit", title, "--vault", vaultId], { title });
}

/** The item's content goes through standard input: arguments can be read by every process. */
async function op(rig: RigAccess, words: readonly string[], item: object): Promise<string> {
  const input = JSON.stringify({ ...item, fields: fields(randomBytes(12).toString("hex")) });
  await execa("op", words, { env: rig.env, extendEnv: false, input, stdout: "ignore" });
  return `op ${words.join(" ")} < item.json`;
}

function fields(password: string) {
  return [
    { id: "hostname", type: "STRING", label: "hostname", value: "db.acme.internal" },
    { id: "username", type: "STRING", label: "username", value: "acme" },
    { id: "password", type: "CONCEALED", purpose: "PASSWORD", label: "password", value: password },
  ];
}
