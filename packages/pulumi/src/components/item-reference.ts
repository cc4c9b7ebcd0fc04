import { ConnectError } from "@opconnect/core/connect-error";
import { parseShareLink } from "@opconnect/core/share-link";
import type * as pulumi from "@pulumi/pulumi";

/** How arguments name an item, by vault and item or by its private link, and what becomes of it. */
export interface ItemNaming<Text> {
  /**
   * Vault: its id, or its title.
   * @default - the one that `link` names
   */
  readonly vault?: Text | undefined;
  /**
   * Item in that vault: its title, or its id, which survives a new title.
   * @default - the one that `link` names
   */
  readonly item?: Text | undefined;
  /**
   * Private link of the item ("Copy Private Link"), instead of `vault` and `item`. Never a public
   * link.
   * @default - `vault` and `item` name the item
   * @see https://support.1password.com/item-links/
   */
  readonly link?: string | undefined;
  /**
   * Type of the Secret, e.g. `"kubernetes.io/tls"`.
   * @default "Opaque"
   */
  readonly type?: pulumi.Input<string> | undefined;
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
