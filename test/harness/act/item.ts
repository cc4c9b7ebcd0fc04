import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { RigAccess } from "../rig-access.ts";

/** A field of an item, as `op` takes it. */
export interface TypedField {
  readonly id: string;
  readonly type: string;
  readonly purpose?: string;
  readonly label: string;
  readonly value: string;
}

/** What a person types in for a database, no value like any before. */
export function newFields(): readonly TypedField[] {
  const part = () => randomBytes(12).toString("hex");
  return [
    { id: "hostname", type: "STRING", label: "hostname", value: `${part()}.acme.internal` },
    { id: "username", type: "STRING", label: "username", value: `acme-${part()}` },
    { id: "password", type: "CONCEALED", purpose: "PASSWORD", label: "password", value: part() },
  ];
}

/** Types a new item into 1Password, as a person would in the app. Returns the command. */
export async function typeItem(
  rig: RigAccess,
  title: string,
  vaultId: string,
  fields = newFields(),
): Promise<string> {
  const item = { title, category: "DATABASE", fields };
  return op(rig, ["item", "create", "-", "--vault", vaultId], item);
}

/** Fields, in this order, of which the operator makes other keys than their labels, or none. */
export function oddFields(): readonly TypedField[] {
  const part = () => randomBytes(12).toString("hex");
  const seed = `otpauth://totp/acme?secret=${"JBSWY3DPEHPK3PXP".repeat(2)}`;
  return [
    { id: "first", type: "CONCEALED", label: "api key", value: part() },
    { id: "last", type: "CONCEALED", label: "api key", value: part() },
    { id: "emoji", type: "CONCEALED", label: "🔑", value: part() },
    { id: "empty", type: "STRING", label: "note", value: "" },
    { id: "code", type: "OTP", label: "one-time password", value: seed },
  ];
}

/** Types an item with odd fields, a website and the file `tls.crt`. */
export async function typeOddItem(
  rig: RigAccess,
  title: string,
  vaultId: string,
  fields: readonly TypedField[],
): Promise<void> {
  const file = join(rig.dir, "typed-file");
  await writeFile(file, randomBytes(12).toString("hex"));
  const urls = [{ label: "website", primary: true, href: "https://acme.example.com" }];
  const words = ["item", "create", "-", "--vault", vaultId, `tls\\.crt[file]=${file}`];
  await op(rig, words, { title, category: "DATABASE", fields, urls });
}

/** Gives the item other values. Returns the command. */
export async function editItem(
  rig: RigAccess,
  title: string,
  vaultId: string,
  fields = newFields(),
): Promise<string> {
  return op(rig, ["item", "edit", title, "--vault", vaultId], { title, fields });
}

/** The item's content goes through standard input: arguments can be read by every process. */
async function op(rig: RigAccess, words: readonly string[], item: object): Promise<string> {
  const input = JSON.stringify(item);
  await execa("op", words, { env: rig.env, extendEnv: false, input, stdout: "ignore" });
  return `op ${words.join(" ")} < item.json`;
}
