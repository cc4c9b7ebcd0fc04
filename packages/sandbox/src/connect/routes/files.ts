import { Hono } from "hono";
import type { Item, ItemFile } from "../../account/item.ts";
import type { Access, ConnectVariables } from "../bearer-token.ts";
import type { ConnectState } from "../connect-state.ts";
import { Refusal } from "../refusal.ts";
import { findItem, readableVault } from "../vault-access.ts";
import { renderFile } from "./connect-item.ts";

const filesPath = "/:vaultId/items/:itemId/files";

/** `/vaults/{id}/items/{id}/files`, one file's details, its bytes. */
export function fileRoutes({ maxInlineFileBytes }: ConnectState): Hono<ConnectVariables> {
  const routes = new Hono<ConnectVariables>({ strict: false });
  routes.get(filesPath, (context) => {
    const { vaultId, itemId } = context.req.param();
    const item = itemOfPath(context.var.access, vaultId, itemId);
    const inline = context.req.query("inline_files") === "true";
    return context.json(
      item.files.map((file) => describeFile(item, file, inline ? maxInlineFileBytes : undefined)),
    );
  });
  routes.get(`${filesPath}/:fileId`, (context) => {
    const { vaultId, itemId, fileId } = context.req.param();
    const item = itemOfPath(context.var.access, vaultId, itemId);
    const inline = context.req.query("inline_files") === "true";
    const file = findFile(item, fileId);
    return context.json(describeFile(item, file, inline ? maxInlineFileBytes : undefined));
  });
  routes.get(`${filesPath}/:fileId/content`, (context) => {
    const { vaultId, itemId, fileId } = context.req.param();
    const file = findFile(itemOfPath(context.var.access, vaultId, itemId), fileId);
    const bytes = new Uint8Array(Buffer.from(file.contentBase64, "base64"));
    return context.body(bytes, 200, {
      "Content-Type": "application/octet-stream",
      "Content-Disposition": `attachment; filename="${encodeURIComponent(file.name)}"`,
      "Content-Length": String(bytes.length),
    });
  });
  return routes;
}

function itemOfPath(access: Access, vaultId: string, itemId: string): Item {
  return findItem(access.account, readableVault(access, vaultId).id, itemId);
}

function findFile({ files }: Item, fileId: string): ItemFile {
  const file = files.find(({ id }) => id === fileId);
  if (!file) throw new Refusal(404, `file ${fileId} not found`); // [D]
  return file;
}

/** @param inlineBytes Largest file whose content is shown inline; absent if none is asked for. */
function describeFile(item: Item, file: ItemFile, inlineBytes: number | undefined): object {
  const details = renderFile(item, file);
  if (inlineBytes === undefined) return details;
  if (file.sizeBytes > inlineBytes) {
    const path = "/v1/vaults/{vaultUUID}/items/{itemUUID}/files/{fileUUID}/content";
    const text = `File is too large to inline in request. Use the ${path} endpoint instead.`;
    throw new Refusal(413, text); // [D]
  }
  return { ...details, content: file.contentBase64 };
}
