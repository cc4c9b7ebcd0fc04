import { operatorRights } from "@opconnect/core/operator-rights";
import { Role } from "@pulumi/kubernetes/rbac/v1/role.js";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding.js";
import * as pulumi from "@pulumi/pulumi";
import { isDeferred } from "../../input/deferred.ts";
import { isList } from "../../input/keyed.ts";
import { remadeKey } from "../../provider/cluster/operator-scope/remade-key.ts";
import type { OperatorScope } from "../../resources/operator/operator-scope.ts";
import { replacingLost } from "../chart-transforms.ts";
import { type OperatorArgs, watchedNamespaces } from "../chart-values.ts";
import { managedBy, ownedFields } from "../owned-fields.ts";

/** Whose rights they are, and how they are called. */
export interface OperatorRolesArgs {
  /** What the operator watches. */
  readonly watched: NonNullable<OperatorArgs["watchNamespaces"]>;
  readonly operatorVersion: string | undefined;
  /** Names of the Role and the RoleBinding in each namespace. */
  readonly role: string;
  readonly roleBinding: string;
  readonly account: { readonly namespace: string; readonly name: string };
  /** The scope, after which they come. */
  readonly scope: OperatorScope;
}

/**
 * Gives the operator its rights in each namespace of a list, by a Role and a RoleBinding there; none
 * where it watches all. What is only known once other things of the program are made comes with them.
 * @param name Starts the names of the resources; the namespace follows.
 */
export function operatorRoles(
  name: string,
  { watched, operatorVersion, role, roleBinding, account, scope }: OperatorRolesArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Input<pulumi.Input<pulumi.Resource>[]> {
  const rules = [...operatorRights(operatorVersion, "list")];
  const subjects = [{ kind: "ServiceAccount", ...account }];
  const after = pulumi.mergeOptions(opts, { dependsOn: scope });
  return forEachNamespace(watched, (namespace) => {
    const object = (kind: "Role" | "RoleBinding", name: string) => {
      const times = scope.remade.apply((all) => all?.[remadeKey(kind, namespace, name)]);
      const { annotations, options } = replacingLost(times);
      const owned = { ...ownedFields, ...annotations, ...sparedIn(namespace, scope) };
      return {
        metadata: { name, namespace, labels: managedBy, annotations: owned },
        options: pulumi.mergeOptions(after, options),
      };
    };
    const ofRole = object("Role", role);
    const made = new Role(
      `${name}-${namespace}`,
      { metadata: ofRole.metadata, rules },
      ofRole.options,
    );
    const ofBinding = object("RoleBinding", roleBinding);
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role };
    const binding = new RoleBinding(
      `${name}-${namespace}`,
      { metadata: ofBinding.metadata, roleRef, subjects },
      pulumi.mergeOptions(ofBinding.options, { dependsOn: made }),
    );
    return [made, binding];
  });
}

/**
 * Makes something for each namespace that is listed: of the program's own text at once, so that a
 * preview shows it whatever else it does not know, and of others as soon as all of them are known.
 */
function forEachNamespace(
  watched: OperatorRolesArgs["watched"],
  make: (namespace: string) => pulumi.Resource[],
): pulumi.Input<pulumi.Input<pulumi.Resource>[]> {
  const listed: readonly unknown[] = isList(watched) ? watched : [];
  const texts = new Set(listed.filter((each) => typeof each === "string"));
  const made = [...texts].sort().flatMap(make);
  if (!isDeferred(watched) && listed.length === texts.size) return made;
  return pulumi
    .output(watchedNamespaces(watched))
    .apply((all) => [...made, ...all.filter((each) => !texts.has(each)).flatMap(make)]);
}

/**
 * Keeps a preview from asking the API server about rights in a namespace that is gone or going: it
 * would refuse, and the preview fail, while the update itself stops before them. A preview asks
 * nothing about an object that it does not know all of: it takes the mark of our fields, which every
 * update has the same, for unknown.
 */
function sparedIn(
  namespace: string,
  { unavailable, generation }: Pick<OperatorScope, "unavailable" | "generation">,
) {
  const mark = "pulumi.com/patchForce";
  const known = ownedFields[mark];
  const spared = unavailable.apply((names = []) =>
    // Of a scope that changes, as it does then, a preview does not know it.
    names.includes(namespace) ? generation.apply(() => known) : pulumi.output(known),
  );
  return { [mark]: spared };
}

/**
 * Cuts the ClusterRole of an operator that watches the whole cluster down to what it asks for: the
 * chart's lets it make and delete pods, services, ConfigMaps and more.
 */
export function cutRights(
  clusterRole: string,
  operatorVersion: string | undefined,
): pulumi.ResourceTransform {
  return ({ type, props, opts }) => {
    if (type !== "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole") return undefined;
    if (props.metadata?.name !== clusterRole) return undefined;
    return { props: { ...props, rules: operatorRights(operatorVersion, "all") }, opts };
  };
}
