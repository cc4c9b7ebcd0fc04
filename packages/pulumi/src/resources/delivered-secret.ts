import { isRecord } from "@opconnect/core/json";
import { isSecretKey } from "@opconnect/core/secret-key";
import { parseSecretReference } from "@opconnect/core/secret-reference";
import { storeKinds } from "@opconnect/provision/store-kinds";
import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import { isDeferred, type Plain } from "../input/deferred.ts";
import { namespace, objectName } from "../input/names.ts";
import {
  checkedBy,
  chosen,
  fields,
  input,
  instance,
  like,
  list,
  refuse,
  text,
} from "../input/schema.ts";
import { ClusterTarget, targetInputs, withSecretKubeconfig } from "./cluster-target.ts";
import { HoldingResource } from "./provided-resource.ts";
import { type StoreArgs, type StoreOption, storeSchema, storeSettings } from "./store-args.ts";

/** A value in a file that sops has encrypted: YAML or JSON. */
export interface SopsSecret {
  /** Path of the file, from the program's folder, e.g. `"secrets.enc.yaml"`. */
  readonly sopsFile: string;
  /** Keys that lead to the value, e.g. `["github", "token"]`. */
  readonly key: readonly string[];
}

/** A key of a Kubernetes Secret, which holds nothing else. */
export interface KubernetesSecretTarget {
  /** The cluster to write to. */
  readonly cluster: ClusterTarget;
  /** Namespace of the Secret, which has to be there. */
  readonly namespace: pulumi.Input<string>;
  /** Name of the Secret. */
  readonly name: pulumi.Input<string>;
  /** Key within the Secret, e.g. `"token"`. */
  readonly key: pulumi.Input<string>;
}

/** A secret of AWS Secrets Manager, which is made for it. */
export interface SecretsManagerTarget extends StoreOption {
  /** Name of the secret, e.g. `"acme/prod/github-token"`. */
  readonly name: pulumi.Input<string>;
  /**
   * What it is for, for people who look at it.
   * @default - none
   */
  readonly description?: pulumi.Input<string> | undefined;
}

/** A secret of GitHub Actions. */
export interface GitHubActionsTarget {
  /** Owner and name of the repository, e.g. `"acme/infra"`. */
  readonly repository: pulumi.Input<string>;
  /**
   * Environment of the repository, e.g. `"prod"`, which has to be there.
   * @default - the secret is the repository's own
   */
  readonly environment?: pulumi.Input<string> | undefined;
  /** Name of the secret, e.g. `"DATABASE_PASSWORD"`. */
  readonly name: pulumi.Input<string>;
}

/** Who is handed a secret: one of these. */
export interface DeliveryTargets {
  /**
   * A key of a Kubernetes Secret.
   * @default - another one is named
   */
  readonly kubernetes?: KubernetesSecretTarget;
  /**
   * A secret of AWS Secrets Manager.
   * @default - another one is named
   */
  readonly secretsManager?: Plain<SecretsManagerTarget>;
  /**
   * A secret of GitHub Actions.
   * @default - another one is named
   */
  readonly githubActions?: Plain<GitHubActionsTarget>;
}

/** Arguments of {@link DeliveredSecret}. */
export interface DeliveredSecretArgs {
  /**
   * Where the secret lives: a field of a 1Password item, `op://<vault>/<item>[/<section>]/<field>`, or
   * a value that sops has encrypted.
   */
  readonly from: pulumi.Input<string> | SopsSecret;
  /** Who is handed the secret: exactly one of them. */
  readonly to: DeliveryTargets;
}

/**
 * A secret, taken from where it lives and handed to who needs it: a Kubernetes Secret, AWS Secrets
 * Manager or GitHub Actions. The value is read and written inside the provider, and is in no state, not
 * even encrypted, nor is a hash of it, by which a password that is a word could be guessed. State has
 * the item's id and version; of a file of sops, a digest of what is encrypted.
 *
 * 1Password is read through Connect where OP_CONNECT_HOST and OP_CONNECT_TOKEN are set, else through
 * `op`, as the person who is signed in or by OP_SERVICE_ACCOUNT_TOKEN; sops by its own program. A
 * preview asks for the version, and for no value: another one shows as an update. A runner that has no
 * way to it says so, and keeps what is there.
 *
 * Errors at preview: `SECRET_REFERENCE_INVALID`, `SECRET_FIELD_INVALID`, `OP_NOT_FOUND`,
 * `OP_AMBIGUOUS_NAME`, `DELIVERY_TAKEN` or `CLUSTER_SECRET_FOREIGN` if the place is another's,
 * `CLUSTER_UNREACHABLE`. Errors of an update besides: `OP_…`, `CONNECT_…`, `SOPS_…`, `STORE_…`,
 * `GITHUB_…` and `CLUSTER_ACCESS_DENIED`.
 * @example
 * new DeliveredSecret("deploy-key", {
 *   from: "op://acme-prod-app/registry/password",
 *   to: { kubernetes: { cluster, namespace: "ci", name: "registry", key: "password" } },
 * });
 */
export class DeliveredSecret extends HoldingResource {
  /** Which version of the secret was delivered, e.g. `"<item id>@4"`: put it on what has to restart. */
  declare readonly version: pulumi.Output<string>;

  constructor(name: string, args: DeliveredSecretArgs, opts?: pulumi.CustomResourceOptions) {
    const { from, to } = checkArgs(deliveredSecretSchema, args);
    const outputs = { version: undefined, isDelivered: true };
    const inputs = { from, ...placeInputs(to), ...outputs };
    super("deliveredSecret", name, inputs, withSecretKubeconfig(opts));
  }
}

function placeInputs({ kubernetes, secretsManager, githubActions }: DeliveryTargets) {
  if (kubernetes !== undefined) {
    const { cluster, ...place } = kubernetes;
    return { kind: "kubernetes", ...targetInputs(cluster), ...place };
  }
  if (secretsManager !== undefined) {
    const { store, ...place } = secretsManager;
    const { tags } = (store ?? {}) as StoreArgs;
    return { kind: "secretsManager", ...place, store: storeSettings(store), ...(tags && { tags }) };
  }
  return { kind: "githubActions", ...githubActions };
}

const dataKeyAllowed = "a key of a Secret: letters, digits, `-`, `_` and `.`";

const reference = checkedBy(text(), (value) => void parseSecretReference(value));

const keyPart = z
  .string("a text")
  .check(z.minLength(1, "a text"))
  .check(z.regex(/^[^[\]"'\\\p{Cc}]*$/u, "a key without brackets, quotes and backslashes"));

const sopsSchema = fields<SopsSecret>(() => ({
  sopsFile: text(),
  key: list(keyPart, "the keys that lead to the value").check(
    z.refine((keys) => keys.length > 0, "the keys that lead to the value"),
  ),
}));

const actionsName = like(
  /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i,
  "the name of a secret: letters, digits and underscores, not beginning with a digit or GITHUB_",
);

const dataKey = text(dataKeyAllowed).check(z.refine(isSecretKey, dataKeyAllowed));

const targetsSchema = fields<DeliveryTargets>(() => ({
  kubernetes: z.optional(
    fields<KubernetesSecretTarget>(() => ({
      cluster: instance(ClusterTarget, "a ClusterTarget"),
      namespace: input(namespace),
      name: input(objectName),
      key: input(dataKey),
    })),
  ),
  secretsManager: z.optional(
    fields<SecretsManagerTarget>(() => ({
      name: input(text()),
      description: z.optional(input(text())),
      store: z.optional(storeSchema),
    })),
  ),
  githubActions: z.optional(
    fields<GitHubActionsTarget>(() => ({
      repository: input(
        like(/^[\w.-]+\/[\w.-]+$/, 'owner and name of a repository, such as "acme/infra"'),
      ),
      environment: z.optional(input(text())),
      name: input(actionsName),
    })),
  ),
})).check(
  z.superRefine((to: unknown, context) => {
    if (!isRecord(to)) return;
    const named = Object.values(to).filter((each) => each !== undefined);
    if (named.length !== 1) {
      refuse(context, {
        says: named.length === 0 ? " names nobody" : " names more than one",
        remedy: "Name exactly one of kubernetes, secretsManager, githubActions.",
      });
    }
    const { store } = isRecord(to.secretsManager) ? to.secretsManager : {};
    // The default kind is Secrets Manager.
    if (isRecord(store) && store.kind !== undefined && store.kind !== storeKinds[0].kind) {
      refuse(context, { says: " is no AWS Secrets Manager", remedy: "Leave it out." }, [
        "secretsManager",
        "store",
        "kind",
      ]);
    }
  }),
);

const deliveredSecretSchema = fields<DeliveredSecretArgs>(() => ({
  from: chosen((value) => (isRecord(value) && !isDeferred(value) ? sopsSchema : input(reference))),
  to: targetsSchema,
}));
