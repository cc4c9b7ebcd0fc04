import { randomBytes } from "node:crypto";
import { execa } from "execa";
import type { DemoRig } from "./demo-rig.ts";
import { showCommand } from "./narrate.ts";

/** Types a new item into 1Password, as somebody would in the app. */
export async function typeItem(rig: DemoRig, title: string, vaultId: string): Promise<void> {
  const words = ["item", "create", "-", "--vault", vaultId];
  const template = { title, category: "DATABASE", fields: fields(randomBytes(12).toString("hex")) };
  await op(rig, words, JSON.stringify(template));
}

/** Gives the item another password. */
export async function editItem(rig: DemoRig, title: string, vaultId: string): Promise<void> {
  const words = ["item", "edit", title, "--vault", vaultId];
  await op(rig, words, JSON.stringify({ title, fields: fields(randomBytes(12).toString("hex")) }));
}

function fields(password: string) {
  return [
    { id: "hostname", type: "STRING", label: "hostname", value: "db.acme.internal" },
    { id: "username", type: "STRING", label: "username", value: "acme" },
    { id: "password", type: "CONCEALED", purpose: "PASSWORD", label: "password", value: password },
  ];
}

/** The item's content goes through standard input: arguments can be read by every process. */
async function op(rig: DemoRig, words: readonly string[], input: string): Promise<void> {
  showCommand(["op", ...words, "< item.json"]);
  await execa("op", words, { env: rig.env, extendEnv: false, input, stdout: "ignore" });
}
