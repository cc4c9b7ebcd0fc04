import { z } from "zod";
import type { Account, Vault } from "../account/account.ts";
import type { AccountFile } from "../account/account-file.ts";
import type { Caller } from "../account/caller.ts";
import type { Item } from "../account/item.ts";
import { permissionBundles } from "../account/vault-permission.ts";
import { OpFailure } from "./op-failure.ts";

/**
 * The account as a Connect server shows it to a token: vaults and items to read, nothing else. With it
 * the commands that work in Connect mode run as they do elsewhere.
 * @throws OpFailure if the server refuses or cannot be reached.
 */
export async function openConnectView(
  host: string,
  token: string,
): Promise<{ account: AccountFile; caller: Caller }> {
  const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> =>
    schema.parse(await fetchJson(new URL(path, host), token));
  const vaults = await get("/v1/vaults", z.array(vaultSchema));
  const items: Item[] = [];
  for (const { id } of vaults) {
    for (const item of await get(`/v1/vaults/${id}/items`, z.array(z.object({ id: z.string() })))) {
      items.push(toItem(await get(`/v1/vaults/${id}/items/${item.id}`, itemSchema)));
    }
  }
  const account: Account = { ...emptyAccount, vaults: vaults.map(toVault), items };
  return { account: readOnlyFile(account), caller };
}

/** [?] for the words; `op` passes on what the server says. */
async function fetchJson(url: URL, token: string): Promise<unknown> {
  const response = await fetch(url, { headers: { Authorization: `Bearer ${token}` } }).catch(() => {
    throw new OpFailure(`error initializing client: could not reach Connect at ${url.host}`);
  });
  if (response.ok) return await response.json();
  const text = errorSchema.safeParse(await response.json().catch(() => undefined)).data?.message;
  throw new OpFailure(`(${response.status}) ${response.statusText}: ${text ?? "no message"}`);
}

const errorSchema = z.object({ message: z.string() });

const vaultSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().default(""),
  attributeVersion: z.int(),
  contentVersion: z.int(),
  type: z.enum(["PERSONAL", "EVERYONE", "TRANSFER", "USER_CREATED"]),
  createdAt: z.string(),
  updatedAt: z.string(),
});

const itemSchema = z.object({
  id: z.string(),
  title: z.string(),
  vault: z.object({ id: z.string() }),
  category: z.string(),
  favorite: z.boolean(),
  tags: z.array(z.string()),
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  lastEditedBy: z.string(),
  urls: z.array(z.object({ href: z.string() })),
  sections: z.array(z.object({ id: z.string(), label: z.string().default("") })),
  fields: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      label: z.string(),
      value: z.string().default(""),
      purpose: z.string().default(""),
      section: z.object({ id: z.string() }).optional(),
    }),
  ),
});

function toVault(vault: z.infer<typeof vaultSchema>): Vault {
  const permissions = [...(permissionBundles.allow_viewing ?? [])];
  const grant = { holder: "service-account" as const, holderId: connectId, permissions };
  return { ...vault, creatorId: connectId, grants: [grant] };
}

function toItem({ vault, fields, ...item }: z.infer<typeof itemSchema>): Item {
  const ownFields = fields.map(({ section, ...field }) => ({
    ...field,
    ...(section ? { sectionId: section.id } : {}),
  }));
  return { ...item, vaultId: vault.id, fields: ownFields, files: [] };
}

function readOnlyFile(account: Account): AccountFile {
  return {
    read: async () => account,
    update: async () => {
      throw new Error("Commands that work with Connect only read.");
    },
  };
}

const connectId = "connect";

const caller: Caller = {
  kind: "service-account",
  serviceAccount: {
    id: connectId,
    name: connectId,
    state: "ACTIVE",
    creatorId: connectId,
    canCreateVaults: false,
    tokenHash: "",
    createdAt: "",
  },
};

const emptyAccount: Omit<Account, "vaults" | "items"> = {
  format: 1,
  id: "",
  url: "",
  shorthand: "",
  type: "BUSINESS",
  wording: 0,
  connectMood: { newTokenMs: 0, refusesOneIn: 0, seed: 0 },
  session: { state: "no-account" },
  signingKey: { kid: "", privateJwk: {}, publicJwk: {} },
  users: [],
  groups: [],
  serviceAccounts: [],
  connectServers: [],
  connectTokens: [],
  secretsAutomationManagers: [],
  secrets: [],
};
