import * as pulumi from "@pulumi/pulumi";
import type { ExternalSecretsStoreArgs } from "./args.ts";

/** The key of a Secret, as a store refers to it. */
export interface TokenReference {
  readonly name: pulumi.Input<string>;
  readonly key: string;
  readonly namespace?: pulumi.Input<string>;
}

/**
 * What a `SecretStore` or a `ClusterSecretStore` specifies.
 * @see https://github.com/external-secrets/external-secrets/blob/v2.9.0/apis/externalsecrets/v1/secretstore_onepassword_types.go
 * @see https://github.com/external-secrets/external-secrets/blob/v2.9.0/apis/externalsecrets/v1/secretstore_onepassword_sdk_types.go
 */
export function storeSpec(
  {
    namespaces,
    onepassword,
    onepasswordSDK,
  }: Pick<ExternalSecretsStoreArgs, "namespaces" | "onepassword" | "onepasswordSDK">,
  token: TokenReference,
) {
  return {
    ...(namespaces !== undefined && { conditions: pulumi.output(namespaces).apply(onlyFrom) }),
    provider: {
      ...(onepassword && {
        onepassword: {
          connectHost: onepassword.connectHost,
          vaults: pulumi.output(onepassword.vaults).apply(inOrder),
          auth: { secretRef: { connectTokenSecretRef: token } },
        },
      }),
      ...(onepasswordSDK && {
        onepasswordSDK: {
          vault: onepasswordSDK.vault,
          auth: { serviceAccountSecretRef: token },
        },
      }),
    },
  };
}

/** None at all for a store that everybody may use. */
function onlyFrom(namespaces: "all" | readonly string[]) {
  return namespaces === "all" ? undefined : [{ namespaces: [...namespaces] }];
}

/** By vault the number at which it is searched. */
function inOrder(vaults: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(vaults.map((vault, index) => [vault, index + 1]));
}
