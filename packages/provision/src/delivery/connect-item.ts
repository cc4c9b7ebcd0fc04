import {
  ConnectError,
  type ConnectErrorCode,
  type ItemReference,
  isOnePasswordId,
  parseJson,
  redacted,
} from "@opconnect/core";
import { z } from "zod";
import { patient } from "../process/patient.ts";
import type { Item } from "./item.ts";
import { onlyNamed } from "./only-named.ts";

/** A Connect server, and a token for it. */
export interface ConnectAccess {
  readonly host: string;
  /** Secret. */
  readonly token: string;
}

/**
 * An item as a Connect server shows it.
 * @see https://developer.1password.com/docs/connect/api-reference
 */
export function connectItem({ vault, item }: ItemReference, access: ConnectAccess): Item {
  /** The item without its fields, which Connect leaves out of lists. */
  const find = async () => {
    const vaultId = isOnePasswordId(vault)
      ? vault.toLowerCase()
      : onlyNamed(await ask(access, "v1/vaults", named), vault, nameOf, "vault").id;
    const items = await ask(access, `v1/vaults/${vaultId}/items`, titled);
    const used = items.filter(({ state }) => state === undefined);
    return { vaultId, row: onlyNamed(used, item, ({ title }) => title, "item") };
  };
  return {
    async find() {
      return (await find()).row;
    },
    async read(schema) {
      const { vaultId, row } = await find();
      return await ask(access, `v1/vaults/${vaultId}/items/${row.id}`, schema);
    },
  };
}

const nameOf = ({ name }: { readonly name: string }) => name;
const named = z.array(z.object({ id: z.string(), name: z.string() }));
const titled = z.array(
  z.object({
    id: z.string(),
    title: z.string(),
    version: z.number(),
    /** `"ARCHIVED"` or `"DELETED"`; none of one that is in use. */
    state: z.string().optional(),
  }),
);

async function ask<T>({ host, token }: ConnectAccess, path: string, schema: z.ZodType<T>) {
  const url = URL.parse(path, host.endsWith("/") ? host : `${host}/`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw failure("CONNECT_UNREACHABLE", "OP_CONNECT_HOST is no address of a Connect server", host);
  }
  const headers = { Authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(20_000);
  const response = await patient("Waiting for Connect …", () =>
    fetch(url, { headers, signal, redirect: "error" }).catch(() => undefined),
  );
  if (response === undefined) throw failure("CONNECT_UNREACHABLE", "Connect does not answer", host);
  const answer = parseJson(await response.text().catch(() => ""));
  const { success, data } = schema.safeParse(answer);
  if (response.status === 200 && success) return data;
  const told = z.object({ message: z.string() }).safeParse(answer);
  const says = told.success ? `: ${redacted(told.data.message, [token])}` : "";
  const code = /40[134]/.test(`${response.status}`)
    ? "CONNECT_ACCESS_DENIED"
    : "CONNECT_UNREACHABLE";
  throw failure(code, `Connect answers with HTTP ${response.status}${says}`, host);
}

function failure(code: ConnectErrorCode, happened: string, host: string): ConnectError {
  const at = URL.parse(host)?.host ?? "OP_CONNECT_HOST";
  const remedy =
    code === "CONNECT_UNREACHABLE"
      ? "Check OP_CONNECT_HOST, and that Connect runs and can be reached from here."
      : "Check OP_CONNECT_TOKEN: it may have expired, be another server's, or not cover the vault.";
  return new ConnectError(code, `${happened} (${at}).`, remedy);
}
