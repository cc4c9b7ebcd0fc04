import { Hono } from "hono";
import type { Account, Vault } from "../../account/account.ts";
import type { ConnectVariables } from "../bearer-token.ts";
import { readableVault } from "../vault-access.ts";
import { applyFilter, parseFilter } from "./scim-filter.ts";

/** `/vaults`, `/vaults/{id}`. No endpoint of Connect makes or changes a vault. [D] */
export function vaultRoutes(): Hono<ConnectVariables> {
  const routes = new Hono<ConnectVariables>({ strict: false });
  routes.get("/", (context) => {
    const { account, vaults } = context.var.access;
    const readable = vaults.flatMap(({ reads, vault }) => (reads && vault ? [vault] : []));
    const name = ({ name: value }: Vault) => [value];
    // The operator and the SDKs filter vaults by `title`, the specification by `name`.
    const found = applyFilter(readable, parseFilter(context.req.query("filter")), {
      name,
      title: name,
    });
    return context.json(found.map((vault) => renderVault(account, vault)));
  });
  routes.get("/:vaultId", (context) => {
    const { access } = context.var;
    const vault = readableVault(access, context.req.param("vaultId"));
    return context.json(renderVault(access.account, vault));
  });
  return routes;
}

function renderVault({ items }: Account, vault: Vault): object {
  return {
    id: vault.id,
    name: vault.name,
    ...(vault.description === "" ? {} : { description: vault.description }),
    attributeVersion: vault.attributeVersion,
    contentVersion: vault.contentVersion,
    items: items.filter(({ vaultId, state }) => vaultId === vault.id && !state).length,
    type: vault.type,
    createdAt: vault.createdAt,
    updatedAt: vault.updatedAt,
  };
}
