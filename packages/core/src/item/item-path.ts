import { ConnectError } from "../error/connect-error.ts";
import { quote } from "../error/quote.ts";
import { parseShareLink } from "./share-link.ts";

/** A vault and an item in it, each by id or by title. */
export interface ItemReference {
  readonly vault: string;
  readonly item: string;
}

/**
 * Renders the path by which a `OnePasswordItem` names its item: `vaults/<vault>/items/<item>`.
 * @throws `ITEM_PATH_INVALID` if the operator could not look up one of the two.
 * @see https://developer.1password.com/docs/k8s/operator
 */
export function itemPath(reference: ItemReference): string {
  const { vault, item }: Partial<ItemReference> = reference ?? {};
  return `vaults/${checkedPart("vault", vault)}/items/${checkedPart("item", item)}`;
}

/**
 * Parses `vaults/<vault>/items/<item>`.
 * @throws `ITEM_PATH_INVALID` if the text has another shape.
 */
export function parseItemPath(text: string): ItemReference {
  if (/^\s*[\w+-]+:\/\//.test(text)) throw refuseUrl(text);
  const [vaults, vault, items, item, ...more] = typeof text === "string" ? text.split("/") : [];
  if (vaults !== "vaults" || items !== "items" || more.length > 0) {
    throw invalid(`The item path is ${quote(text)}.`, shapeRemedy);
  }
  return { vault: checkedPart("vault", vault), item: checkedPart("item", item) };
}

/**
 * The item path for whatever names an item: a path, a private link of 1Password, or vault and item.
 * @throws `ITEM_PATH_INVALID` or `SHARE_LINK_INVALID` if it names none.
 */
export function itemPathFrom(input: string | ItemReference): string {
  if (typeof input !== "string") return itemPath(input);
  if (/^\s*https?:/i.test(input)) return itemPath(parseShareLink(input));
  return itemPath(parseItemPath(input));
}

/** Quotes nothing: a public share link carries the key to what it shares. */
function refuseUrl(url: string): ConnectError {
  return url.trimStart().startsWith("op://")
    ? invalid("The item path is a secret reference, which may name a field.", shapeRemedy)
    : invalid("The item path is a URL.", shapeRemedy);
}

/**
 * The operator splits the path at every slash, and puts a title between quotes into a filter
 * without escaping it.
 */
function checkedPart(field: "vault" | "item", part: unknown): string {
  if (typeof part !== "string" || part.trim() === "") {
    throw invalid(`The item path has no ${field}.`, shapeRemedy);
  }
  if (part !== part.trim() || /["/\\\p{Cc}]/u.test(part)) {
    throw invalid(
      `The operator cannot look up ${field} ${quote(part)} by this title.`,
      `Name the ${field} by its id, 26 letters and digits: titles in a path have no white space around them, no slash, backslash, double quote or control character.`,
    );
  }
  return part;
}

function invalid(happened: string, remedy: string): ConnectError {
  return new ConnectError("ITEM_PATH_INVALID", happened, remedy);
}

const shapeRemedy =
  "Write vaults/<vault>/items/<item> with ids or titles, or pass the item's private link.";
