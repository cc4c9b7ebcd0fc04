import { itemPathFrom } from "@opconnect/core";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "./child-options.ts";
import { reportAgainst } from "./report-against.ts";

/** Arguments of {@link OnePasswordItem}. */
export interface OnePasswordItemArgs {
  /** Namespace of the item and its Secret; an operator has to watch it. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Name of the item, and so of its Secret.
   * @default - the resource's name
   */
  readonly name?: string;
  /** Vault: its id, or its title. */
  readonly vault: pulumi.Input<string>;
  /** Item in that vault: its title, or its id, which survives a new title. */
  readonly item: string;
  /**
   * Type of the Secret, e.g. `"kubernetes.io/tls"`.
   * @default "Opaque"
   */
  readonly type?: string;
}

/**
 * An item of 1Password that the operator keeps as a Kubernetes Secret. Makes one `OnePasswordItem`.
 * @throws `ITEM_PATH_INVALID`, `SHARE_LINK_INVALID`.
 * @see https://developer.1password.com/docs/k8s/operator
 */
export class OnePasswordItem extends pulumi.ComponentResource {
  /** Name of the Secret that the operator writes. */
  readonly secretName: string;
  /** Path of the item: `vaults/<vault>/items/<item>`. */
  readonly itemPath: pulumi.Output<string>;

  constructor(name: string, args: OnePasswordItemArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("opconnect:index:OnePasswordItem", name, {}, opts);
    const { namespace, item, type } = args;
    this.secretName = args.name ?? name;
    this.itemPath = pulumi
      .output(args.vault)
      .apply((vault) => reportAgainst(this, () => itemPathFrom({ vault, item })));
    new CustomResource(
      name,
      {
        apiVersion: "onepassword.com/v1",
        kind: "OnePasswordItem",
        metadata: { name: this.secretName, namespace },
        ...(type === undefined ? {} : { type }),
        spec: { itemPath: this.itemPath },
      },
      childOptions(this, opts),
    );
    this.registerOutputs({ secretName: this.secretName, itemPath: this.itemPath });
  }
}
