import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";
import { tokenKey } from "../components/chart-values.ts";
import { childOptions } from "../components/child-options.ts";
import { guardCluster, objectOptions } from "../components/cluster-guard.ts";
import { managedBy, ownedFields } from "../components/owned-fields.ts";
import { checkArgs } from "../input/check-args.ts";
import { ClusterSecret } from "../resources/cluster-secret.ts";
import { type ExternalSecretsStoreArgs, externalSecretsStoreSchema } from "./args.ts";
import { storeSpec } from "./store-spec.ts";

/** How an ExternalSecret names its store. */
export interface SecretStoreRef {
  /** Kind of the store. */
  readonly kind: "SecretStore" | "ClusterSecretStore";
  /** Name of the store. */
  readonly name: string;
}

/**
 * A store of External Secrets Operator that reads from 1Password: by Connect, with a Connect token,
 * or by 1Password's service, with the token of a service account. Makes one {@link ClusterSecret}
 * with the token, which no state holds, and one `SecretStore` or `ClusterSecretStore`; and a
 * {@link ClusterTarget} where it is given none. Another token is in the Secret before the former one is
 * revoked; External Secrets Operator reads it each time that it refreshes an ExternalSecret.
 *
 * External Secrets Operator is to be there already, 0.17 or newer, which serves
 * `external-secrets.io/v1`. That its pods may call Connect, `consumerPods` of the environment says.
 * @throws `ARGUMENT_INVALID`; `CLUSTER_…` as a {@link ClusterTarget} and a {@link ClusterSecret} do.
 * @see https://external-secrets.io/latest/provider/1password-automation/
 * @see https://external-secrets.io/latest/provider/1password-sdk/
 * @example
 * new ExternalSecretsStore("acme-prod", {
 *   namespace: "external-secrets",
 *   namespaces: ["app", "web"],
 *   token: environment.tokens.eso,
 *   onepassword: { connectHost: environment.connectHost, vaults: [environment.vaultIds.app] },
 *   cluster: environment.cluster,
 * });
 */
export class ExternalSecretsStore extends pulumi.ComponentResource {
  /** For the `secretStoreRef` of an ExternalSecret. */
  readonly secretStoreRef: SecretStoreRef;

  constructor(
    name: string,
    given: ExternalSecretsStoreArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("opconnect:index:ExternalSecretsStore", name, {}, opts);
    const named = { ...given, name: given?.name ?? name };
    const args = checkArgs(externalSecretsStoreSchema, named, this);
    const { namespace, namespaces, token, store, cluster = {} } = args;
    const ofCluster = namespaces !== undefined;
    const waiting = childOptions(this, opts);
    const guard = guardCluster(this, name, cluster, waiting);
    const guarded = pulumi.mergeOptions(waiting, { dependsOn: guard.checks });
    const secretName = `${named.name}-token`;
    const secret = new ClusterSecret(
      `${name}-token`,
      {
        cluster: guard.target,
        store,
        namespace,
        name: secretName,
        key: tokenKey,
        secretId: token.secretId,
        fingerprint: token.fingerprint,
      },
      guarded,
    );
    const reference = { name: secretName, key: tokenKey, ...(ofCluster && { namespace }) };
    this.secretStoreRef = {
      kind: ofCluster ? "ClusterSecretStore" : "SecretStore",
      name: named.name,
    };
    new CustomResource(
      name,
      {
        apiVersion: "external-secrets.io/v1",
        kind: this.secretStoreRef.kind,
        metadata: {
          name: named.name,
          ...(!ofCluster && { namespace }),
          labels: managedBy,
          annotations: ownedFields,
        },
        spec: storeSpec(args, reference),
      },
      pulumi.mergeOptions(
        { ...guarded, ...objectOptions(this, name, guard) },
        { dependsOn: secret },
      ),
    );
    this.registerOutputs({ secretStoreRef: this.secretStoreRef });
  }
}
