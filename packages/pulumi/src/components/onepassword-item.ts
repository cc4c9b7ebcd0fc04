import { ConnectError } from "@opconnect/core/connect-error";
import { itemPath } from "@opconnect/core/item-path";
import { parseShareLink } from "@opconnect/core/share-link";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import type { Plain } from "../input/deferred.ts";
import {
  labelName,
  labelValue,
  namespace,
  objectName,
  secretKey,
  secretType,
} from "../input/names.ts";
import { reportAgainst } from "../input/report-against.ts";
import { byName, checkedBy, fields, flag, input, inputList, text } from "../input/schema.ts";
import type { ClusterArgs, ClusterTarget } from "../resources/cluster-target.ts";
import { ItemSecret, type ItemSecretArgs } from "../resources/item-secret.ts";
import { OnePasswordItemObject } from "../resources/onepassword-item-object.ts";
import { childOptions } from "./child-options.ts";
import { clusterSchema, guardCluster } from "./cluster-guard.ts";

/** How arguments name an item, in its vault or by its private link, and what becomes of it. */
export interface ItemNaming {
  /**
   * Item in its vault: its title, or its id, which survives a new title.
   * @default - the one that `link` names
   */
  readonly item?: pulumi.Input<string> | undefined;
  /**
   * Private link of the item ("Copy Private Link"), instead of `vault` and `item`. Never a public
   * link. Plain: it is looked at before anything else.
   * @default - `vault` and `item` name the item
   * @see https://support.1password.com/item-links/
   */
  readonly link?: string | undefined;
  /**
   * Type of the Secret, e.g. `"kubernetes.io/tls"`. A change deletes the Secret before the new one
   * is made: Kubernetes lets no Secret change its type.
   * @default "Opaque"
   */
  readonly type?: pulumi.Input<string> | undefined;
  /**
   * Takes over a Secret, or a `OnePasswordItem`, of that name that this stack did not make. It stays
   * when the item goes, with the content that it has then.
   * @default false - it is refused at preview
   */
  readonly adopt?: pulumi.Input<boolean> | undefined;
  /**
   * Whether Deployments that use its Secret are restarted when it changes, whatever they, their
   * namespace and the operator have.
   * @default - as those say: `autoRestart` on Deployments, `autoRestartIn` and `autoRestart` of the operator
   */
  readonly autoRestart?: pulumi.Input<boolean> | undefined;
  /**
   * Keys that its Secret has to have, e.g. `["username", "password"]`: an update waits until it is
   * there with them, and fails with what the operator says of it; what depends on the item comes
   * after. `[]` waits for the Secret alone. `secretKey` of `@opconnect/core` tells what a field's
   * label becomes.
   * @default - it is not waited for
   */
  readonly keys?: pulumi.Input<readonly pulumi.Input<string>[]> | undefined;
}

/** Arguments of {@link OnePasswordItem}. */
export interface OnePasswordItemArgs extends ItemNaming {
  /**
   * Vault: its id, or its title.
   * @default - the one that `link` names
   */
  readonly vault?: pulumi.Input<string> | undefined;
  /** Namespace of the item and its Secret; an operator has to watch it. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Name of the item, and so of its Secret. Plain.
   * @default - the resource's name
   */
  readonly name?: string | undefined;
  /**
   * Labels of the item. The operator copies them to the Secret when it writes it.
   * @default - none
   */
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /**
   * The cluster, or a target made of it before. Otherwise one is made, and a Kubernetes provider
   * that reaches another cluster is refused.
   * @default - the ambient one
   */
  readonly cluster?: Plain<ClusterArgs> | ClusterTarget | undefined;
}

/**
 * An item of 1Password that the operator keeps as a Kubernetes Secret. Makes one `OnePasswordItem`,
 * and a {@link ClusterTarget} where it is given none. Where it goes, so does the Secret, within
 * seconds and also without an operator. What depends on it comes after its Secret where it says which
 * `keys` that has to have.
 * @throws `ITEM_PATH_INVALID`, `SHARE_LINK_INVALID`, `ARGUMENT_INVALID`; at preview, where the
 * cluster can be asked, `CLUSTER_SECRET_FOREIGN` and `CLUSTER_OBJECT_FOREIGN` for a name that is taken;
 * `CLUSTER_NAMESPACE_MISSING` of an update, and with `keys` `CLUSTER_ITEM_NOT_READY`.
 * @see https://developer.1password.com/docs/k8s/operator
 */
export class OnePasswordItem extends pulumi.ComponentResource {
  /** Name of the Secret that the operator writes. */
  readonly secretName: string;
  /** Path of the item: `vaults/<vault>/items/<item>`. */
  readonly itemPath: pulumi.Output<string>;
  /** Keys of the Secret, without values, as they were when an update last waited for `keys`. */
  readonly secretKeys: pulumi.Output<readonly string[] | undefined>;

  constructor(
    name: string,
    given: Plain<OnePasswordItemArgs>,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("opconnect:index:OnePasswordItem", name, {}, opts);
    const named = { ...given, name: given?.name ?? name };
    const args = checkArgs(itemArgsSchema, named, this);
    const object = itemObject(this, { ...args, name: named.name });
    this.secretName = named.name;
    this.itemPath = object.itemPath;
    const waiting = childOptions(this, opts);
    const { target, checks } = guardCluster(this, name, args.cluster ?? {}, waiting);
    const made = new OnePasswordItemObject(
      name,
      { cluster: target, ...object },
      pulumi.mergeOptions(waiting, { dependsOn: checks }),
    );
    const { keys: needs } = args;
    this.secretKeys =
      needs === undefined
        ? pulumi.output(undefined)
        : arrivalOf(`${name}-secret`, { cluster: target, ...object, needs }, made, waiting).keys;
    this.registerOutputs({ secretName: this.secretName, itemPath: this.itemPath });
  }
}

/** Waits for the Secret of an item. */
export function arrivalOf(
  name: string,
  { cluster, namespace, name: secret, itemPath, type, needs }: ItemSecretArgs,
  item: OnePasswordItemObject,
  opts: pulumi.CustomResourceOptions,
): ItemSecret {
  return new ItemSecret(
    name,
    { cluster, namespace, name: secret, itemPath, type, needs },
    pulumi.mergeOptions(opts, { dependsOn: item }),
  );
}

/** What is written of an item, whose faults are those of a component. */
export function itemObject(
  component: pulumi.ComponentResource,
  item: Plain<Omit<OnePasswordItemArgs, "cluster">> & { readonly name: string },
) {
  const { namespace, name, type = "Opaque", labels = {}, adopt = false, autoRestart } = item;
  const reference = reportAgainst(component, () => itemReference(item));
  const path = pulumi
    .output(reference)
    .apply((known) => reportAgainst(component, () => itemPath(known)));
  return { namespace, name, itemPath: path, type, labels, adopt, autoRestart };
}

/** How naming an item is checked, for all that has one. */
export const itemFields = () => ({
  item: z.optional(input(text())),
  link: z.optional(z.string("a link, a text")),
  type: z.optional(input(secretType)),
  adopt: z.optional(input(flag)),
  autoRestart: z.optional(input(flag)),
  keys: z.optional(inputList(secretKey, "a list of keys")),
});

/** An item that is named in one way, by what a path to it may hold. */
export function namedOnce<T extends ItemReference>(item: z.ZodMiniType<T>): z.ZodMiniType<T> {
  return checkedBy(item, (given) => {
    const { vault, item } = itemReference(given);
    if (typeof vault === "string" && typeof item === "string") itemPath({ vault, item });
  });
}

type ItemReference = Pick<OnePasswordItemArgs, "vault" | "item" | "link">;

/**
 * Vault and item, taken from the link where there is one.
 * @throws `SHARE_LINK_INVALID`, `ARGUMENT_INVALID` unless it is exactly one of the two.
 */
export function itemReference({ vault, item, link }: ItemReference): {
  readonly vault: pulumi.Input<string>;
  readonly item: pulumi.Input<string>;
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

export const itemArgsSchema = namedOnce(
  fields<OnePasswordItemArgs>(() => ({
    ...itemFields(),
    vault: z.optional(input(text())),
    namespace: input(namespace),
    name: z.optional(objectName),
    labels: z.optional(input(byName(labelName, input(labelValue), "labels by name"))),
    cluster: z.optional(clusterSchema),
  })),
);
