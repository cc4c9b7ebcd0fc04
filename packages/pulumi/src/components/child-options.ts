import type * as pulumi from "@pulumi/pulumi";

/** Options of a child: a component's own `dependsOn` does not reach its children by itself. */
export function childOptions(
  parent: pulumi.ComponentResource,
  { dependsOn }: pulumi.ComponentResourceOptions,
): pulumi.ResourceOptions {
  return dependsOn === undefined ? { parent } : { parent, dependsOn };
}
