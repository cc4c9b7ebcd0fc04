import { ValidatingAdmissionPolicy } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicy.js";
import { ValidatingAdmissionPolicyBinding } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicyBinding.js";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { childOptions } from "../components/child-options.ts";
import { clusterSchema, guardCluster, objectOptions } from "../components/cluster-guard.ts";
import type { OperatorAccount } from "../components/connect-deployment.ts";
import { ownedFields } from "../components/owned-fields.ts";
import { checkArgs } from "../input/check-args.ts";
import type { Plain } from "../input/deferred.ts";
import { isList } from "../input/keyed.ts";
import { namespace, objectName } from "../input/names.ts";
import { fields, input, inputList, list, oneOf, refuse, wordOr } from "../input/schema.ts";
import type { ClusterArgs, ClusterTarget } from "../resources/cluster-target.ts";
import { accessPolicies } from "./policies.ts";
import { ItemAccessReview } from "./review.ts";
import { type ItemAccessRule, ruleSchema, withDefaults } from "./rules.ts";

/** Arguments of {@link ItemAccessPolicy}. */
export interface ItemAccessPolicyArgs {
  /** The operator whose writes are held to Secrets that are its own: `operatorAccount` of a deployment. */
  readonly operator: Plain<OperatorAccount>;
  /**
   * Namespaces in which rules are needed, or `"all"`: an item in one of them that no rule allows is
   * denied. Name those that the operator watches.
   */
  readonly namespaces: pulumi.Input<readonly pulumi.Input<string>[] | "all">;
  /** What is allowed; without any, nothing is. */
  readonly rules: readonly Plain<ItemAccessRule>[];
  /**
   * Whether what no rule allows is denied, or let pass with a warning and a note in the audit log.
   * @default "deny"
   */
  readonly enforcement?: "deny" | "audit" | undefined;
  /**
   * Start of the names of what is made, which are those of the whole cluster. Plain.
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

/**
 * Says which namespaces may have which items of 1Password as which Secrets, and keeps the operator
 * from Secrets that are not its own. Without it, whoever may make a `OnePasswordItem` or a Deployment
 * in a namespace that the operator watches gets every item that its token reads, and has any Secret of
 * that namespace overwritten, or deleted, by an item of its name.
 *
 * Makes four `ValidatingAdmissionPolicy`s and their bindings: for `OnePasswordItem`s, for the
 * operator's annotations on Deployments and on Secrets, and for what the operator writes. The API server asks them of
 * everybody, cluster admins included. What was there before, and is not changed, stays as it is; each
 * preview names what of it no rule allows. An environment makes one of these by itself.
 *
 * A Secret that an item of a program takes over is given the annotation
 * `operator.1password.io/item-path` first; for others, give it by hand. A `OnePasswordItem` whose name is that of a foreign Secret
 * stays until its finalizer is taken off, as the operator may not delete that Secret; a
 * {@link OnePasswordItem} of a program goes nevertheless.
 *
 * Needs Kubernetes 1.30 or newer, and the right to make both kinds.
 * @throws `ARGUMENT_INVALID`; at preview `CLUSTER_POLICY_UNSUPPORTED`, and `CLUSTER_…` as a
 * {@link ClusterTarget} does.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 * @example
 * // Of an environment with `itemAccess: false`.
 * new ItemAccessPolicy("acme-prod", {
 *   operator: environment.operatorAccount,
 *   namespaces: ["app", "web"],
 *   rules: [{ namespaces: ["app"], vaults: [environment.vaultIds.app], items: ["app-*"] }],
 * });
 */
export class ItemAccessPolicy extends pulumi.ComponentResource {
  constructor(
    name: string,
    given: ItemAccessPolicyArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("opconnect:index:ItemAccessPolicy", name, {}, opts);
    const named = { ...given, name: given?.name ?? name };
    const args = checkArgs(policyArgsSchema, named, this);
    const waiting = childOptions(this, opts);
    const guard = guardCluster(this, name, args.cluster ?? {}, waiting);
    const guarded = pulumi.mergeOptions(waiting, { dependsOn: guard.checks });
    const inCluster = { ...guarded, ...objectOptions(this, name, guard) };
    const { namespaces } = args;
    const rules = args.rules.map(withDefaults);
    new ItemAccessReview(`${name}-review`, { cluster: guard.target, namespaces, rules }, guarded);
    for (const { kind, ...policy } of accessPolicies({ ...args, rules })) {
      const metadata = { name: `${named.name}-${kind}`, annotations: ownedFields };
      const made = new ValidatingAdmissionPolicy(
        `${name}-${kind}`,
        { metadata, spec: policy.spec },
        inCluster,
      );
      new ValidatingAdmissionPolicyBinding(
        `${name}-${kind}`,
        { metadata, spec: { policyName: made.metadata.name, ...policy.binding } },
        inCluster,
      );
    }
    this.registerOutputs({});
  }
}

const namespacesAllowed = 'a list of namespaces, or "all"';
/** A policy that is in force nowhere would look like one that guards. */
const guardedNamespaces = inputList(namespace, namespacesAllowed).check(
  z.superRefine((guarded, context) => {
    if (isList(guarded) && guarded.length === 0) {
      refuse(context, { says: " is empty", allowed: namespacesAllowed });
    }
  }),
);

export const policyArgsSchema = fields<ItemAccessPolicyArgs>(() => ({
  operator: fields<OperatorAccount>(() => ({
    namespace: input(namespace),
    serviceAccount: input(objectName),
  })),
  namespaces: wordOr("all", guardedNamespaces, namespacesAllowed),
  rules: list(ruleSchema, "a list of rules"),
  enforcement: z.optional(oneOf("deny", "audit")),
  name: z.optional(objectName),
  cluster: z.optional(clusterSchema),
}));
