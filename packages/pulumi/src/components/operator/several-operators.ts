import * as pulumi from "@pulumi/pulumi";
import type { OperatorArgs } from "../chart-values.ts";

/**
 * Says what several pods of the operator do: the chart turns no leader election on, in any version.
 * @see https://github.com/1Password/connect-helm-charts/blob/main/charts/connect/templates/operator-deployment.yaml
 */
export function warnOfSeveralOperators(
  { replicas = 1 }: OperatorArgs,
  resource: pulumi.Resource,
): void {
  if (replicas < 2) return;
  pulumi.log.warn(
    `\`operator.replicas\` is ${replicas}: each of these pods looks at 1Password and writes all Secrets, as the chart lets none of them lead. One is enough: where its pod goes, another is started.`,
    resource,
  );
}
