import { ConnectError } from "@opconnect/core/connect-error";
import { itemPath } from "@opconnect/core/item-path";
import { parseShareLink } from "@opconnect/core/share-link";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "./child-options.ts";
import { reportAgainst } from "./report-against.ts";

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

/** Arguments of {@link OnePasswordItem}. */
export interface OnePasswordItemArgs extends ItemNaming<pulumi.Input<string>> {
  /** Namespace of the item and its Secret; an operator has to watch it. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Name of the item, and so of its Secret.
   * @default - the resource's name
   */
  readonly name?: string;
  /**
   * Labels of the item. The operator copies them to the Secret when it writes it.
   * @default - none
   */
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * An item of 1Password that the operator keeps as a Kubernetes Secret. Makes one `OnePasswordItem`.
 * @throws `ITEM_PATH_INVALID`, `SHARE_LINK_INVALID`, `ARGUMENT_INVALID`.
 * @see https://developer.1password.com/docs/k8s/operator
 */
export class OnePasswordItem extends pulumi.ComponentResource {
  /** Name of the Secret that the operator writes. */
  readonly secretName: string;
  /** Path of the item: `vaults/<vault>/items/<item>`. */
  readonly itemPath: pulumi.Output<string>;

  constructor(name: string, args: OnePasswordItemArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("opconnect:index:OnePasswordItem", name, {}, opts);
    const { namespace, type, labels } = args;
    const reference = reportAgainst(this, () => itemReference(args));
    this.secretName = args.name ?? name;
    this.itemPath = pulumi
      .output(reference)
      .apply((known) => reportAgainst(this, () => itemPath(known)));
    new CustomResource(
      name,
      {
        apiVersion: "onepassword.com/v1",
        kind: "OnePasswordItem",
        metadata: {
          name: this.secretName,
          namespace,
          ...(labels === undefined ? {} : { labels: { ...labels } }),
        },
        ...(type === undefined ? {} : { type }),
        spec: { itemPath: this.itemPath },
      },
      childOptions(this, opts),
    );
    this.registerOutputs({ secretName: this.secretName, itemPath: this.itemPath });
  }
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
