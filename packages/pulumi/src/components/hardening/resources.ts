import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { quantity, resourceName } from "../../input/names.ts";
import { byName, fields, refuse } from "../../input/schema.ts";
import { eachContainer, onPods } from "./on-deployments.ts";

/** Requests and limits of a container, as Kubernetes writes them. */
export interface ContainerResources {
  /** E.g. `{ cpu: "100m", memory: "64Mi" }`. */
  readonly requests?: Readonly<Record<string, string>>;
  /** E.g. `{ memory: "128Mi" }`. */
  readonly limits?: Readonly<Record<string, string>>;
}

const quantities = byName(resourceName, quantity, "quantities by what is counted");
// Kubernetes takes memory "256m" for a quarter of a byte, and cpu "256Mi" for millions of cores.
const resources = z.optional(
  quantities.check(
    z.superRefine((counted, context) => {
      for (const [name, amount] of Object.entries(counted)) {
        if (name === "cpu" && /[KMGTPE]i?$/.test(amount)) {
          refuse(context, { allowed: 'an amount of cores, e.g. "100m" or "2"' }, [name]);
        }
        if (name !== "cpu" && /[num]$/.test(amount)) {
          refuse(context, { allowed: 'a whole amount, of bytes e.g. "256Mi"' }, [name]);
        }
      }
    }),
  ),
);
/** Checks the resources of a container. */
export const containerResources = fields<ContainerResources>(() => ({
  requests: resources,
  limits: resources,
}));
/**
 * What containers ask for of which the chart says nothing. There is no limit on memory: what Connect
 * caches grows with the vaults, what the operator does with the Secrets of its namespaces, and one that
 * was too low would end them for ever again.
 */
export const defaultResources = {
  "connect.sync": { requests: { cpu: "20m", memory: "64Mi" } },
  operator: { requests: { cpu: "10m", memory: "64Mi" } },
} as const;

/**
 * Gives resources to containers for which the chart has no value, the profiler's: an autoscaler does
 * not count pods of which one container asks for nothing.
 */
export function giveResources(): pulumi.ResourceTransform {
  return onPods((pod) =>
    eachContainer(pod, (container) => ({
      resources: { requests: { cpu: "10m", memory: "16Mi" } },
      ...container,
    })),
  );
}
