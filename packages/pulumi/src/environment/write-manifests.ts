import * as pulumi from "@pulumi/pulumi";
import { chartValues } from "../components/chart-values.ts";
import { checkChart, warnOfNewerChart } from "../components/check-chart.ts";
import type { OperatorAccount } from "../components/connect-deployment.ts";
import { connectHostOf } from "../components/hardening/connect-api.ts";
import { imageOverrides } from "../components/hardening/images.ts";
import { consumerLabelsOf } from "../components/hardening/network-policies.ts";
import { itemObject } from "../components/onepassword-item.ts";
import { warnOfSeveralOperators } from "../components/operator/several-operators.ts";
import { checkTaken } from "../components/values-schema.ts";
import type { GitOpsArgs } from "../gitops/args.ts";
import { handOver } from "../gitops/hand-over.ts";
import { reportAgainst } from "../input/report-against.ts";
import type { Deployed } from "./deploy.ts";
import { limitedAccess } from "./guard-items.ts";

/** What other parts of a program ask of a deployment, be it made by Pulumi or not. */
interface Installed {
  readonly namespace: pulumi.Output<string>;
  readonly operatorAccount: OperatorAccount;
  readonly consumerLabels: Readonly<Record<string, string>>;
  readonly connectHost: pulumi.Output<string>;
  readonly connectCertificate?: pulumi.Output<string> | undefined;
}

/** Writes the environment's objects for another tool than Pulumi, and asks no cluster for anything. */
export function writeManifests(
  environment: pulumi.ComponentResource,
  { args, gitOps, guarded, server, token, minted }: Deployed & { readonly gitOps: GitOpsArgs },
): Installed {
  const { names, items, operator, vault } = guarded;
  const { namespaceOwner = "opconnect", networkPolicies = "ingress", consumerPods } = args;
  const { connect, pods, images, values } = args;
  const given = { names, connect, operator, pods, images, values };
  const { version, ofChart } = reportAgainst(environment, () => {
    const version = checkChart(args.chart);
    checkTaken({ ...args, version }, environment);
    const ofChart = chartValues({ ...given, version });
    imageOverrides(images ?? {}, version, ofChart);
    return { version, ofChart };
  });
  warnOfNewerChart(version, environment);
  warnOfSeveralOperators(operator, environment);
  handOver(
    names.resource("manifests"),
    {
      ...given,
      ...{ gitOps, version, networkPolicies, consumerPods },
      chartPath: args.chart?.path,
      hasNamespace: namespaceOwner === "opconnect",
      credentials: server,
      operatorToken: token,
      access: limitedAccess(guarded),
      items: Object.entries(items).map(([name, { vault: ofVault, keys: _, ...item }]) => {
        const id = ofVault === undefined ? undefined : vault(ofVault);
        return itemObject(environment, { ...item, name, vault: id });
      }),
    },
    { parent: environment, dependsOn: [...minted] },
  );
  const { namespace, serviceAccount } = names;
  return {
    namespace: pulumi.output(namespace),
    operatorAccount: { namespace, serviceAccount },
    consumerLabels: consumerLabelsOf(names),
    connectHost: connectHostOf(names, ofChart),
  };
}
