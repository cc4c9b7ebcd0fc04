import { diffProperties, type PropertyPath } from "../../property-diff.ts";
import { isMap, type PropertyMap, propertyAt, textAt } from "../../property-value.ts";
import type { DiffRequest, DiffResult } from "../../resource-messages.ts";
import type { ClusterSettings } from "../cluster.ts";
import { annotationOf, normalizeObject, pruneToInputs } from "./kubernetes-object.ts";
import { parseObjectType } from "./type.ts";

/**
 * Compares the new inputs with the object as it was last seen, as far as the old inputs spoke about
 * it. The API server is not asked, and what it added or defaulted is no business of the inputs.
 */
export function diffObject(settings: ClusterSettings, request: DiffRequest): DiffResult {
  const { isPatch } = parseObjectType(request.type);
  const { __inputs: given = {}, ...live } = request.oldState;
  const old = normalizeObject(pruneToInputs(live, isMap(given) ? given : {}));
  const wanted = normalizeObject(request.inputs);
  const fixed = [...identity, ...(isPatch ? [] : immutableFields(settings, wanted))];
  const changes = diffProperties(old, wanted)
    .map((change) => ({
      ...change,
      replaces: fixed.some((field) => touches(change.path, field)),
    }))
    .filter(({ path }) => !request.ignoreChanges.some((field) => isWithin(path, field)));
  const isReplaced = changes.some(({ replaces }) => replaces);
  return { changes, deleteBeforeReplace: isReplaced && keepsItsName(old, wanted) };
}

function immutableFields(settings: ClusterSettings, object: PropertyMap): readonly string[] {
  const kind = textAt(object, "kind") ?? "";
  const isImmutable = propertyAt(object, "immutable") === true;
  if (textAt(object, "apiVersion") === "v1") {
    if (kind === "Secret" && (isImmutable || !settings.enableSecretMutable)) {
      return ["type", "stringData", "data"];
    }
    if (kind === "ConfigMap" && (isImmutable || !settings.enableConfigMapMutable)) {
      return ["binaryData", "data"];
    }
  }
  return replacedFields.get(kind) ?? [];
}

/** Whether a change lies within the field, or takes all of it along. */
function touches(path: PropertyPath, field: string): boolean {
  const steps = field.split(".");
  return steps.every((step, index) => index >= path.length || path[index] === step);
}

function isWithin(path: PropertyPath, field: string): boolean {
  return field.split(".").every((step, index) => path[index] === step);
}

/** Two objects of one name cannot exist at once, so the old one has to go first. */
function keepsItsName(old: PropertyMap, wanted: PropertyMap): boolean {
  const isSame = (name: string) =>
    textAt(old, "metadata", name) === textAt(wanted, "metadata", name);
  const isNamedByUser = annotationOf(wanted, "pulumi.com/autonamed") !== "true";
  return isNamedByUser && isSame("name") && isSame("namespace");
}

const identity = ["metadata.name", "metadata.namespace"];

/**
 * What the API server does not let change, as far as the real provider replaces for it.
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
 */
const replacedFields = new Map<string, readonly string[]>([
  ["ClusterRoleBinding", ["roleRef"]],
  ["DaemonSet", ["spec.selector"]],
  ["Deployment", ["spec.selector"]],
  ["Job", ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"]],
  [
    "PersistentVolumeClaim",
    ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  ],
  ["RoleBinding", ["roleRef"]],
  ["Secret", ["type"]],
  ["Service", ["spec.clusterIP"]],
  [
    "StatefulSet",
    [
      "spec.podManagementPolicy",
      "spec.revisionHistoryLimit",
      "spec.selector",
      "spec.serviceName",
      "spec.volumeClaimTemplates",
    ],
  ],
  ["StorageClass", ["parameters", "provisioner"]],
]);
