import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Item, ItemField } from "../../account/item.ts";
import { totp } from "../../account/totp.ts";
import { findItem, findVault } from "../find-object.ts";
import {
  firstArg,
  nothing,
  type OpCall,
  type OpCommand,
  type OpOutput,
  signedIn,
} from "../op-command.ts";
import { OpFailure } from "../op-failure.ts";

export const readCommands: readonly OpCommand[] = [
  {
    name: "read",
    args: "<reference>",
    flags: ["-n, --no-newline", "-o, --out-file <path>", "--file-mode <mode>", "-f, --force"],
    callers: "connect-too",
    run: read,
  },
];

/** Prints the value of `op://vault/item/[section/]field`; there is no JSON form. [D] */
async function read(call: OpCall): Promise<OpOutput> {
  const reference = firstArg(call);
  const value = await findValue(call, reference).catch((error: unknown) => {
    if (!(error instanceof OpFailure)) throw error;
    throw new OpFailure(`could not read secret '${reference}': ${error.message}`, error);
  });
  const path = call.options.text("out-file");
  if (path === undefined) return { text: value };
  const mode = Number.parseInt(call.options.text("file-mode") ?? "0600", 8);
  const flag = call.options.flag("force") ? "w" : "wx";
  await writeFile(resolve(call.cwd, path), value, { mode, flag });
  return nothing;
}

async function findValue(call: OpCall, reference: string): Promise<string> {
  const url = /^op:\/\/(.+?)(?:\?attribute=(\w+))?$/.exec(reference);
  const [vaultQuery, itemQuery, ...path] = (url?.[1] ?? "").split("/");
  if (!vaultQuery || !itemQuery || path.length === 0) {
    throw new OpFailure(`invalid secret reference '${reference}'`);
  }
  if (path.length > 2) {
    // [S]
    const form = "op://<vault>/<item>[/<section>]/<field>";
    throw new OpFailure(`too many '/': secret references should match ${form}`);
  }
  const account = await call.account.read();
  const caller = signedIn(call);
  const vault = findVault(account, caller, vaultQuery);
  const item = findItem(account, caller, itemQuery, vault);
  const { value = "" } = findField(item, path);
  return url?.[2] === "otp" ? totp(value, new Date()) : value;
}

function findField(item: Item, path: readonly string[]): ItemField {
  const [name = "", sectionName] = path.toReversed();
  const sections = item.sections
    .filter(({ id, label }) => id === sectionName || label === sectionName)
    .map(({ id }) => id);
  const field = item.fields.find(
    ({ id, label, sectionId }) =>
      (id === name || label === name) &&
      (sectionName === undefined || sections.includes(sectionId ?? "")),
  );
  if (field) return field;
  throw new OpFailure(`item '${item.title}' does not have a field '${path.join(".")}'`);
}
