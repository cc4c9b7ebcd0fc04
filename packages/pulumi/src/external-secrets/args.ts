import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { clusterSchema } from "../components/cluster-guard.ts";
import { type StoredValue, storedValue } from "../components/connect-deployment.ts";
import type { Plain } from "../input/deferred.ts";
import { isList } from "../input/keyed.ts";
import { namespace, objectName } from "../input/names.ts";
import { fields, input, inputList, like, refuse, text, wordOr } from "../input/schema.ts";
import type { ClusterArgs, ClusterTarget } from "../resources/cluster-target.ts";
import { ConnectToken } from "../resources/connect-token.ts";
import { ServiceAccountToken } from "../resources/service-account-token.ts";
import { type StoreOption, storeSchema } from "../resources/store-args.ts";

/** External Secrets Operator's provider `onepassword`, which asks Connect. */
export interface OnePasswordProvider {
  /** Address of Connect's API: `connectHost` of an environment. */
  readonly connectHost: pulumi.Input<string>;
  /**
   * Vaults, by their ids or titles, in the order in which they are searched: the first that has an
   * item of the title counts. The token has to cover them all.
   */
  readonly vaults: pulumi.Input<readonly pulumi.Input<string>[]>;
}

/** External Secrets Operator's provider `onepasswordSDK`, which asks 1Password's service itself. */
export interface OnePasswordSdkProvider {
  /** The one vault of the store, by its id or title. */
  readonly vault: pulumi.Input<string>;
}

/** Arguments of {@link ExternalSecretsStore}. */
export interface ExternalSecretsStoreArgs extends StoreOption {
  /**
   * Namespace of the token's Secret, which has to be there; and of the store, unless `namespaces`
   * makes it one of the cluster.
   */
  readonly namespace: pulumi.Input<string>;
  /**
   * Namespaces whose ExternalSecrets may use the store, or `"all"`: makes a `ClusterSecretStore`.
   * Whoever may make an ExternalSecret there gets whatever the token reads.
   * @default - `namespace` alone: a `SecretStore`
   */
  readonly namespaces?: pulumi.Input<"all" | readonly pulumi.Input<string>[]> | undefined;
  /**
   * The token: with `onepassword` a Connect token, one of the `tokens` of an environment; with
   * `onepasswordSDK` that of a service account, a {@link ServiceAccountToken}.
   */
  readonly token: Plain<StoredValue>;
  /**
   * Asks Connect.
   * @default - there is `onepasswordSDK`
   */
  readonly onepassword?: Plain<OnePasswordProvider> | undefined;
  /**
   * Asks 1Password's service, with the token of a service account.
   * @default - there is `onepassword`
   */
  readonly onepasswordSDK?: Plain<OnePasswordSdkProvider> | undefined;
  /**
   * Name of the store; its Secret has the same with `-token`. Plain.
   * @default - the resource's name
   */
  readonly name?: string | undefined;
  /**
   * The cluster, or a target made of it before. Otherwise one is made, and a Kubernetes provider
   * that reaches another cluster is refused.
   * @default - the ambient one
   */
  readonly cluster?: Plain<ClusterArgs> | ClusterTarget | undefined;
}

/** Its Secret has a longer one. */
const storeName = objectName.check(
  z.maxLength(
    247,
    "the name of a store, of 247 characters at most: its Secret has `-token` after it",
  ),
);

const vault = text("the id or the title of a vault");

const vaults = inputList(vault, "a list of vaults").check(
  z.superRefine((given, context) => {
    if (!isList(given)) return;
    if (given.length === 0) refuse(context, { says: " is empty", allowed: "one vault at least" });
    const again = given.find((each, index) => given.indexOf(each) < index);
    if (typeof again !== "string") return;
    refuse(context, { says: ` names "${again}" twice`, remedy: "Name each vault once." });
  }),
);

const users = inputList(namespace, "a list of namespaces").check(
  z.superRefine((given, context) => {
    if (!isList(given) || given.length > 0) return;
    const remedy = 'Name a namespace, or say "all"; leave it out for a store of `namespace` alone.';
    refuse(context, { says: " is empty, which is no limit", remedy });
  }),
);

export const externalSecretsStoreSchema = fields<ExternalSecretsStoreArgs>(() => ({
  store: z.optional(storeSchema),
  namespace: input(namespace),
  namespaces: z.optional(wordOr("all", users, 'a list of namespaces, or "all"')),
  token: storedValue,
  onepassword: z.optional(
    fields<OnePasswordProvider>(() => ({
      connectHost: input(
        like(/^https?:\/\/[\w.[\]:-]+\/?$/, "an address, e.g. `connectHost` of the environment"),
      ),
      vaults,
    })),
  ),
  onepasswordSDK: z.optional(fields<OnePasswordSdkProvider>(() => ({ vault: input(vault) }))),
  name: z.optional(storeName),
  cluster: z.optional(clusterSchema),
})).check(
  z.superRefine(({ onepassword, onepasswordSDK, token }, context) => {
    if ((onepassword === undefined) !== (onepasswordSDK === undefined)) {
      const kind = onepassword === undefined ? "onepasswordSDK" : "onepassword";
      refuseOtherToken(kind, token, context);
      return;
    }
    const says = onepassword === undefined ? " is missing" : " stands beside `onepasswordSDK`";
    const remedy =
      "Pass `onepassword` for a Connect token, or `onepasswordSDK` for that of a service account.";
    refuse(context, { says, remedy, also: ["onepasswordSDK"] }, ["onepassword"]);
  }),
);

/** A resource tells what it is a token of; what there is else of one does not. */
function refuseOtherToken(
  kind: "onepassword" | "onepasswordSDK",
  token: unknown,
  context: z.core.$RefinementCtx,
): void {
  const isOther =
    kind === "onepassword" ? token instanceof ServiceAccountToken : token instanceof ConnectToken;
  if (!isOther) return;
  const [is, wanted] =
    kind === "onepassword"
      ? ["the token of a service account", "a Connect token: one of the `tokens` of an environment"]
      : ["a Connect token", "the token of a service account: a `ServiceAccountToken`"];
  const remedy = `Pass ${wanted}.`;
  refuse(context, { says: ` is ${is}, which \`${kind}\` does not take`, remedy, also: [kind] }, [
    "token",
  ]);
}
