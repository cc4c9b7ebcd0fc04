import {
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
  propertyAt,
} from "../../property-value.ts";

/** Says what a Deployment still waits for, in the order of `kubectl rollout status`. */
export function missingInRollout(deployment: PropertyMap): string | undefined {
  const status = (name: string) => numberOf(propertyAt(deployment, "status", name), 0);
  const replicas = numberOf(propertyAt(deployment, "spec", "replicas"), 1);
  const generation = numberOf(propertyAt(deployment, "metadata", "generation"), 0);
  if (status("observedGeneration") < generation) return "the rollout has not begun";
  const updated = status("updatedReplicas");
  if (updated < replicas) return `${updated} of ${replicas} pods are up to date`;
  const old = status("replicas") - updated;
  if (old > 0) return `${old} old pods are still there`;
  const available = status("availableReplicas");
  if (available < updated) return `${available} of ${updated} pods are available`;
  return undefined;
}

/**
 * Says what a Service still waits for: that its pods are ready, as far as there are any. The real
 * provider, besides, lets the endpoints settle for ten seconds.
 */
export function missingInEndpoints(
  service: PropertyMap,
  endpoints: PropertyMap | undefined,
): string | undefined {
  const selector = propertyAt(service, "spec", "selector");
  const isHeadless = propertyAt(service, "spec", "clusterIP") === "None";
  if (!isMap(selector) || isHeadless) return undefined;
  const { subsets = [] } = endpoints ?? {};
  const isPending = (subset: PropertyValue) =>
    propertyAt(subset, "notReadyAddresses") !== undefined;
  if (endpoints && !(isList(subsets) && subsets.some(isPending))) return undefined;
  return (
    "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' " +
    "may not match labels on any Pods"
  );
}

function numberOf(value: PropertyValue | undefined, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
