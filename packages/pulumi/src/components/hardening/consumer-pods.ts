import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { labelName, labelValue, namespace } from "../../input/names.ts";
import { byName, fields, input, list } from "../../input/schema.ts";

/** Pods that call Connect by its API, with a token of their own. */
export interface ConsumerPods {
  /** Their namespace, which need not be there yet. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Labels that they all have, e.g. `{ "app.kubernetes.io/name": "external-secrets" }`.
   * @default - all pods of the namespace
   */
  readonly labels?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
}

/** Checks which pods call Connect. */
export const consumerPodsSchema = list(
  fields<ConsumerPods>(() => ({
    namespace: input(namespace),
    labels: z.optional(byName(labelName, input(labelValue), "labels of pods")),
  })),
  "a list of pods by namespace",
);

/** What a NetworkPolicy calls them. The label is one that the API server keeps equal to the name. */
export function consumerPeers(pods: readonly ConsumerPods[]) {
  return pods.map(({ namespace, labels = {} }) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: labels },
  }));
}
