import { type Context, Hono } from "hono";
import { addItem, removeItem, replaceItem } from "../../account/item-store.ts";
import type { ConnectVariables } from "../bearer-token.ts";
import type { ConnectState } from "../connect-state.ts";
import { Refusal } from "../refusal.ts";
import { findItem, readableVault, writableVault } from "../vault-access.ts";
import { fullItem, itemSummary, parseItem } from "./connect-item.ts";
import { patchItem } from "./item-patch.ts";
import { applyFilter, parseFilter } from "./scim-filter.ts";

/** `/vaults/{id}/items` and `/vaults/{id}/items/{id}`. */
export function itemRoutes(state: ConnectState): Hono<ConnectVariables> {
  const routes = new Hono<ConnectVariables>({ strict: false });
  routes.get("/:vaultId/items", (context) => {
    const { access } = context.var;
    const { id } = readableVault(access, context.req.param("vaultId"));
    const items = access.account.items.filter(({ vaultId, state }) => vaultId === id && !state);
    const found = applyFilter(items, parseFilter(context.req.query("filter")), {
      title: ({ title }) => [title],
      tag: ({ tags }) => tags,
    });
    return context.json(found.map(itemSummary));
  });
  routes.post("/:vaultId/items", async (context) => {
    const { access } = context.var;
    const { id } = writableVault(access, context.req.param("vaultId"), "create");
    const content = parseItem(await readBody(context), id);
    const item = await state.account.update((account) =>
      addItem(account, id, content, access.server.id),
    );
    return context.json(fullItem(item));
  });
  routes.get("/:vaultId/items/:itemId", (context) => {
    const { access } = context.var;
    const { id } = readableVault(access, context.req.param("vaultId"));
    return context.json(fullItem(findItem(access.account, id, context.req.param("itemId"))));
  });
  routes.on(["PUT", "PATCH"], "/:vaultId/items/:itemId", async (context) => {
    const { access } = context.var;
    const { id } = writableVault(access, context.req.param("vaultId"), "update");
    const body = await readBody(context);
    const changed = await state.account.update((account) => {
      const item = findItem(account, id, context.req.param("itemId"));
      const after = context.req.method === "PATCH" ? patchItem(fullItem(item), body) : body;
      replaceItem(account, item, parseItem(after, id, item.files), access.server.id);
      return item;
    });
    return context.json(fullItem(changed));
  });
  routes.delete("/:vaultId/items/:itemId", async (context) => {
    const { id } = writableVault(context.var.access, context.req.param("vaultId"), "delete");
    await state.account.update((account) =>
      removeItem(account, findItem(account, id, context.req.param("itemId"))),
    );
    return context.body(null, 204);
  });
  return routes;
}

async function readBody(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    throw new Refusal(400, "Invalid request body");
  }
}
