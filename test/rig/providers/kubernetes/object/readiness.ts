import {
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
  propertyAt,
  textAt,
} from "../../property-value.ts";

/** Says what an object still waits for; undefined once it is ready, or if there is nothing to wait for. */
export function whatIsMissing(object: PropertyMap): string | undefined {
  switch (`${textAt(object, "apiVersion")}/${textAt(object, "kind")}`) {
    case "apps/v1/Deployment":
      return missingInRollout(object);
    case "apiextensions.k8s.io/v1/CustomResourceDefinition":
      return isTrue(object, "Established") ? undefined : "the definition is not established";
    case "v1/Namespace":
      return textAt(object, "status", "phase") === "Active" ? undefined : "it is not active";
    default:
      return undefined;
  }
}

/** The order of `kubectl rollout status`. */
function missingInRollout(deployment: PropertyMap): string | undefined {
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

function isTrue(object: PropertyMap, condition: string): boolean {
  const conditions = propertyAt(object, "status", "conditions");
  if (!isList(conditions)) return false;
  return conditions.some(
    (candidate) => isMap(candidate) && candidate.type === condition && candidate.status === "True",
  );
}

function numberOf(value: PropertyValue | undefined, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
