import { itemPath } from "@opconnect/core/item-path";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "./child-options.ts";
import { type ItemNaming, itemReference } from "./item-reference.ts";
import { reportAgainst } from "./report-against.ts";

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
