import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { type ItemNaming, itemFields, namedOnce } from "../components/onepassword-item.ts";
import { namespace, purpose } from "../input/names.ts";
import { fields, input } from "../input/schema.ts";

/** An item of 1Password that becomes a Kubernetes Secret. */
export interface EnvironmentItem extends ItemNaming {
  /** Namespace of the Secret. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Key of the environment's vault that holds the item; a `link` has to lead into one of them. Plain.
   * @default - the vault that `link` names
   */
  readonly vault?: string | undefined;
}

/** Checks an item by itself. A link, unlike a title, is never quoted. */
export const itemSchema = namedOnce(
  fields<EnvironmentItem>(() => ({
    ...itemFields(),
    namespace: input(namespace),
    vault: z.optional(purpose),
  })),
);
