import { ConnectError } from "@opconnect/core/connect-error";
import { parseShareLink } from "@opconnect/core/share-link";

/** How arguments name an item: by vault and item, or by its private link. */
export interface ItemNaming<Text> {
  readonly vault?: Text | undefined;
  readonly item?: Text | undefined;
  readonly link?: string | undefined;
}

/**
 * Vault and item, taken from the link where there is one.
 * @throws `SHARE_LINK_INVALID`, `ARGUMENT_INVALID` unless it is exactly one of the two.
 */
export function itemReference<Text>({ vault, item, link }: ItemNaming<Text>): {
  readonly vault: Text | string;
  readonly item: Text | string;
} {
  if (link !== undefined) {
    if (vault === undefined && item === undefined) return parseShareLink(link);
    throw new ConnectError(
      "ARGUMENT_INVALID",
      "An item is named both by `link` and by `vault` or `item`.",
      "The link tells vault and item: leave the other two out.",
    );
  }
  if (vault !== undefined && item !== undefined) return { vault, item };
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `An item lacks its \`${vault === undefined ? "vault" : "item"}\`.`,
    "Pass `vault` and `item`, or the item's private link as `link`.",
  );
}
