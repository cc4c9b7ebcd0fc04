import type { EnvironmentNames } from "@opconnect/core";
import * as pulumi from "@pulumi/pulumi";
import { consumerLabelsOf, isOpen } from "../components/hardening/network-policies.ts";
import type { ConnectEnvironmentArgs } from "./args.ts";

/**
 * Says whom NetworkPolicies keep from Connect where there are tokens for others than the operator,
 * and the program does not say which pods have them: they would find out by a connection that hangs.
 */
export function sayWhoIsKeptOut(
  component: pulumi.Resource,
  args: Pick<ConnectEnvironmentArgs, "tokens" | "consumerPods" | "networkPolicies" | "values">,
  names: EnvironmentNames,
): void {
  const { tokens = {}, consumerPods, networkPolicies = "ingress", values = {} } = args;
  const consumers = Object.keys(tokens).filter((consumer) => consumer !== "operator");
  const isLimited = networkPolicies !== "none" && !isOpen(values);
  if (consumers.length === 0 || consumerPods !== undefined || !isLimited) return;
  const [label = ""] = Object.entries(consumerLabelsOf(names)).map((pair) => pair.join("="));
  void pulumi.log.info(
    `\`tokens\` has ${consumers.join(", ")}. Of pods other than the operator's, NetworkPolicies let only those with the label ${label} call Connect. Name the others in \`consumerPods\`, or pass an empty list if there are none.`,
    component,
  );
}
