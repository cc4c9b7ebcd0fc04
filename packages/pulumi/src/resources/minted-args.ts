import type { VaultAccess } from "@opconnect/core";
import { defined } from "@opconnect/core/defined";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { namespace, objectName, purpose, vaultId } from "../input/names.ts";
import {
  chosen,
  fields,
  input,
  inputList,
  instance,
  oneOf,
  text,
  wholeNumber,
} from "../input/schema.ts";
import { ClusterTarget, targetInputs } from "./cluster-target.ts";
import { type StoreOption, storeAccess, storeSchema } from "./store-args.ts";

/** A vault that a Connect server or a Connect token may use. */
export interface VaultGrant {
  /** Name of the vault within its environment, e.g. `"app"`. */
  readonly key: pulumi.Input<string>;
  /** Id of the vault: 26 characters. */
  readonly id: pulumi.Input<string>;
  /** `"read"` or `"read-write"`. */
  readonly access: pulumi.Input<VaultAccess>;
}

/** What is said of a Connect server and of a Connect token alike. */
export interface MintedArgs extends StoreOption {
  /**
   * Vaults that it may use, e.g. the `grants` of {@link Vaults}. A server's follow in place; a
   * token's are fixed at birth, so that a change replaces the token.
   */
  readonly vaults: pulumi.Input<readonly pulumi.Input<VaultGrant>[]>;
  /** Id of the secret that takes its credentials file or its value, see {@link CredentialSecret}. */
  readonly secretId: pulumi.Input<string>;
  /**
   * Raise it to have a new one minted; the old one is deleted last. One lower than the store's is
   * refused at preview.
   * @default 1
   */
  readonly revision?: pulumi.Input<number> | undefined;
}

const grant = fields<VaultGrant>(() => ({
  key: input(purpose),
  id: input(vaultId),
  access: input(oneOf<VaultAccess>("read", "read-write")),
}));

const grants = "a list of vaults, each with `key`, `id` and `access`";

/** How what is said of a server and of a token alike is checked. */
export const mintedFields = () => ({
  vaults: inputList(grant, grants),
  secretId: input(text()),
  revision: z.optional(input(wholeNumber(1, 1_000_000))),
  store: z.optional(storeSchema),
  usedIn: z.optional(
    chosen<CredentialUse | Unseen>((use) => (use === unseen ? z.literal(unseen) : clusterUse)),
  ),
});

const clusterUse = fields<CredentialUse>(() => ({
  cluster: instance(ClusterTarget, "a ClusterTarget"),
  namespace: input(namespace),
  name: input(objectName),
}));

/** What {@link ConnectEnvironment} tells a server and a token of their use. */
export interface UsedInputs {
  /**
   * The Secret in a cluster by which its value is used there: as long as it is, it is not deleted. Of
   * one that is used where no update looks, the former one is left to a person who mints.
   * @default - it is used in no cluster, or elsewhere
   */
  readonly usedIn?: CredentialUse | Unseen | undefined;
}

/** A cluster to which Git brings the value, and no update. */
export const unseen = "unseen";
type Unseen = typeof unseen;

/** A Secret that is written with a value of the credential store. */
export interface CredentialUse {
  readonly cluster: ClusterTarget;
  readonly namespace: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
}

/** The inputs of a server or a token. */
export function mintedInputs(args: MintedArgs & UsedInputs): pulumi.Inputs {
  const { store, usedIn, revision = 1, ...rest } = args;
  const used = typeof usedIn === "object" ? useInputs(usedIn) : usedIn;
  const given = { ...rest, ...defined({ usedIn: used }) };
  return { ...given, store: storeAccess(store), revision, stack: pulumi.getStack() };
}

function useInputs({ cluster, namespace, name }: CredentialUse) {
  return { ...targetInputs(cluster), namespace, name };
}

/** Options of a server or a token: what is said of a cluster is secret where it may hold its keys. */
export function mintedOptions(
  { usedIn }: MintedArgs & UsedInputs,
  opts: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  if (typeof usedIn !== "object" || usedIn.cluster.access.kubeconfig === undefined) return opts;
  return pulumi.mergeOptions({ additionalSecretOutputs: ["usedIn"] }, opts);
}
