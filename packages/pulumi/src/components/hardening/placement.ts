import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { labelName, labelValue, objectName } from "../../input/names.ts";
import { byName, fields, list, oneOf, refuse, wholeNumber } from "../../input/schema.ts";
import { onPods } from "./on-deployments.ts";

/** A taint that pods tolerate, as Kubernetes writes it. */
export interface Toleration {
  /**
   * The taint's key.
   * @default - every taint, with the operator `"Exists"`
   */
  readonly key?: string;
  /**
   * Whether the taint has to have the value too, or only the key.
   * @default "Equal"
   */
  readonly operator?: "Equal" | "Exists";
  /**
   * The taint's value, for `"Equal"`.
   * @default ""
   */
  readonly value?: string;
  /**
   * Which effect of the taint is tolerated.
   * @default - every effect
   */
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  /**
   * How long a pod stays, with the effect `NoExecute`.
   * @default - for ever
   */
  readonly tolerationSeconds?: number;
}

/**
 * On which nodes the pods of both run, Connect's and the operator's. Plain, as `ConnectArgs`. What
 * shall differ between the two goes into `values`, for each.
 */
export interface PodsArgs {
  /**
   * Name of their PriorityClass.
   * @default - the cluster's default
   */
  readonly priorityClass?: string;
  /**
   * Labels of the nodes that they run on, e.g. `{ "kubernetes.io/os": "linux" }`.
   * @default - any node
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /**
   * Taints that they tolerate.
   * @default - none
   */
  readonly tolerations?: readonly Toleration[];
}

const toleration = fields<Toleration>(() => ({
  key: z.optional(labelName),
  operator: z.optional(oneOf("Equal", "Exists")),
  value: z.optional(labelValue),
  effect: z.optional(oneOf("NoSchedule", "PreferNoSchedule", "NoExecute")),
  tolerationSeconds: z.optional(wholeNumber(0, 2 ** 31)),
})).check(
  z.superRefine(({ key, operator = "Equal", value, effect, tolerationSeconds }, context) => {
    // What the API server refuses of a pod, long after its Deployment was taken.
    if (operator === "Exists" && value !== undefined) {
      refuse(context, { says: ' is no word for the operator "Exists"', remedy: "Leave it out." }, [
        "value",
      ]);
    }
    if (operator === "Equal" && key === undefined) {
      const remedy = 'Name the key of the taint, or pass `operator: "Exists"` for all taints.';
      refuse(context, { remedy }, ["key"]);
    }
    if (tolerationSeconds !== undefined && effect !== "NoExecute") {
      const says = ' is only for the effect "NoExecute"';
      refuse(context, { says, remedy: "Leave it out." }, ["tolerationSeconds"]);
    }
  }),
);

/** Checks on which nodes pods run. */
export const podsSchema = fields<PodsArgs>(() => ({
  priorityClass: z.optional(objectName),
  nodeSelector: z.optional(byName(labelName, labelValue, "labels of nodes")),
  tolerations: z.optional(list(toleration, "a list of tolerations")),
}));

/** Values of the chart that place the pods of one Deployment. */
export function placementValues({ priorityClass, nodeSelector, tolerations }: PodsArgs) {
  return { priorityClassName: priorityClass, nodeSelector, tolerations };
}

/**
 * Spreads the pods of each Deployment over nodes and zones as far as there are any: a pod for which
 * no other node is left runs all the same. The chart has no value for it.
 */
export function spreadPods(): pulumi.ResourceTransform {
  return onPods((pod, { selector }) => ({
    topologySpreadConstraints: spreadOf(selector),
    ...pod,
  }));
}

/** How the pods that a selector selects are spread. */
export function spreadOf(labelSelector: object) {
  return ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector,
  }));
}
