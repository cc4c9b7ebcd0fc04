import {
  ConnectError,
  type ItemReference,
  itemPath,
  parseItemPath,
  parseShareLink,
} from "@opconnect/core";
import { quote } from "@opconnect/core/quote";

/**
 * Parses what a person names an item by: its private link, `<vault>/<item>`, the same behind `op://`, or
 * the path of a `OnePasswordItem`.
 * @throws `ITEM_PATH_INVALID` or `SHARE_LINK_INVALID`.
 */
export function parseItem(text: string): ItemReference {
  if (/^https?:/i.test(text)) {
    const { vault, item } = parseShareLink(text);
    return { vault, item };
  }
  if (text.startsWith("vaults/")) return parseItemPath(text);
  const [vault, item, ...more] = text.replace(/^op:\/\//, "").split("/");
  if (vault === undefined || item === undefined || more.length > 0) {
    throw new ConnectError(
      "ITEM_PATH_INVALID",
      `The item is ${quote(text)}.`,
      "Write <vault>/<item> with titles or ids, without a field behind them, or pass the item's private link.",
    );
  }
  // A title by which the operator cannot look up the item has no Secret.
  return parseItemPath(itemPath({ vault, item }));
}
