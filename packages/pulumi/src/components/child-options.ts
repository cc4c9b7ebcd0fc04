import { defined } from "@opconnect/core/defined";
import type * as pulumi from "@pulumi/pulumi";

/** Options of a child: a component's own `dependsOn` does not reach its children by itself. */
export function childOptions(
  parent: pulumi.ComponentResource,
  { dependsOn }: pulumi.ComponentResourceOptions,
): pulumi.ResourceOptions {
  return defined<pulumi.ResourceOptions>({ parent, dependsOn });
}
