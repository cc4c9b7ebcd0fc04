import * as pulumi from "@pulumi/pulumi";
import type { GuardedCluster } from "../components/cluster-guard.ts";
import { ConnectDeployment } from "../components/connect-deployment.ts";
import { arrivalOf, itemObject } from "../components/onepassword-item.ts";
import type { ConnectServer } from "../resources/connect-server.ts";
import type { ConnectToken } from "../resources/connect-token.ts";
import { OnePasswordItemObject } from "../resources/onepassword-item-object.ts";
import {
  credentialsLabel,
  credentialsLabelValue,
  OperatorSync,
} from "../resources/operator/operator-sync.ts";
import type { ConnectEnvironmentArgs } from "./args.ts";
import { type GuardedItems, guardItems } from "./guard-items.ts";

/** What of an environment is deployed by Pulumi itself. */
export interface Deployed {
  readonly args: ConnectEnvironmentArgs;
  /** Of what is deployed, and who may have what of it. */
  readonly guarded: GuardedItems;
  readonly server: ConnectServer;
  readonly token: ConnectToken;
  /** All that is minted. */
  readonly minted: readonly pulumi.Resource[];
}

/**
 * Makes the environment's objects in the cluster: the guard of its items, Connect and the operator,
 * and the items. Waits for the operator to sync before former credentials go.
 */
export function deploy(
  environment: pulumi.ComponentResource,
  name: string,
  { args, guarded, server, token, minted }: Deployed,
  guard: GuardedCluster,
): ConnectDeployment {
  const { client, environment: stage, convention, store, namespaceOwner } = args;
  const { names, items, operator, vault } = guarded;
  const inCluster = { ...guard.options, parent: environment };
  const access = guardItems(
    { ...guarded, cluster: guard.target },
    { ...inCluster, dependsOn: guard.checks },
  );
  const deployment = new ConnectDeployment(
    name,
    {
      ...{ client, environment: stage, convention, store, namespaceOwner, operator },
      credentials: server,
      operatorToken: token,
      cluster: guard.target,
      chart: args.chart,
      connect: args.connect,
      pods: args.pods,
      images: args.images,
      networkPolicies: args.networkPolicies,
      consumerPods: args.consumerPods,
      tls: args.tls,
      values: args.values,
    },
    { ...inCluster, dependsOn: [...minted, ...access] },
  );
  const credentials = credentialsLabelValue(server.fingerprint, token.fingerprint);
  const labels = { [credentialsLabel]: credentials };
  const named = Object.entries(items);
  const objects = named.flatMap(([key, { vault: ofVault, keys: needs, ...item }]) => {
    const id = ofVault === undefined ? undefined : vault(ofVault);
    const itemName = `${names.resource("item")}-${key}`;
    const former = [itemName, `${name}-${key}`].flatMap((each) => formerly(environment, each));
    const content = itemObject(environment, { ...item, name: key, vault: id, labels });
    const object = new OnePasswordItemObject(
      itemName,
      { cluster: guard.target, ...content },
      { parent: environment, dependsOn: [deployment], aliases: former },
    );
    if (needs === undefined) return [object];
    const needed = { cluster: guard.target, ...content, needs };
    return [object, arrivalOf(`${itemName}-secret`, needed, object, { parent: environment })];
  });
  new OperatorSync(
    names.resource("sync"),
    {
      cluster: guard.target,
      credentials,
      items: named.map(([key, { namespace }]) => ({ namespace, name: key })),
    },
    { parent: environment, dependsOn: [deployment, ...objects] },
  );
  return deployment;
}

/**
 * What an item was in earlier releases: within a component of its own, which costs three writes of
 * the state, and before that an object of the Kubernetes provider.
 */
function formerly(environment: pulumi.Resource, name: string): readonly pulumi.Alias[] {
  const parent = pulumi.createUrn(name, "opconnect:index:OnePasswordItem", environment);
  return [
    { name, parent },
    { name, parent, type: "kubernetes:onepassword.com/v1:OnePasswordItem" },
  ];
}
