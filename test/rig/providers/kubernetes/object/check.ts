import { createHash, randomBytes } from "node:crypto";
import {
  isMap,
  type PropertyMap,
  propertyAt,
  textAt,
  withoutSecrets,
  withPropertyAt,
} from "../../property-value.ts";
import type { CheckRequest, CheckResult } from "../../resource-messages.ts";
import type { Cluster } from "../cluster.ts";
import { annotationOf, markObjectSecrets, normalizeObject } from "./kubernetes-object.ts";
import { isNamespaced } from "./namespaced.ts";
import { isBuiltIn, type ObjectType, parseObjectType } from "./type.ts";

/** Completes the inputs of an object: kind, name, namespace. */
export async function checkObject(cluster: Cluster, request: CheckRequest): Promise<CheckResult> {
  const type = parseObjectType(request.type);
  await refuseUnknownKind(cluster, type);
  const { apiVersion, kind } = type;
  const given = normalizeObject({ apiVersion, kind, ...withoutSecrets(request.inputs) });
  if (type.isPatch && !cluster.settings.enableServerSideApply) {
    throw new Error(
      "patch resources require Server-Side Apply mode, which is enabled using the " +
        "`enableServerSideApply` Provider config",
    );
  }
  if (type.isPatch && textAt(given, "metadata", "name") === undefined) {
    throw new Error("patch resources require the `.metadata.name` field to be set");
  }
  const placed = await placeObject(cluster, nameObject(given, request));
  return { inputs: markObjectSecrets(placed, request.inputs) };
}

/** A kind of a group that only the API server defines cannot turn up later. */
async function refuseUnknownKind(cluster: Cluster, type: ObjectType): Promise<void> {
  if (!cluster.connection || !isBuiltIn(type.group)) return;
  const found = await cluster.connection.discovery.find(type.apiVersion, type.kind);
  if (found) return;
  throw new Error(`The API server has no ${type.kind} in ${type.apiVersion}.`);
}

/**
 * Gives an object without a name one that is unlike any other: the resource's name and eight
 * hexadecimal digits. One that got its name this way keeps it.
 */
function nameObject(object: PropertyMap, request: CheckRequest): PropertyMap {
  const metadata = object.metadata ?? {};
  if (!isMap(metadata) || metadata.name !== undefined) return object;
  const old = withoutSecrets(request.old ?? {});
  const kept = annotationOf(old, autonamed) && textAt(old, "metadata", "name");
  const name = kept || (request.old ? undefined : newName(request));
  if (name === undefined) return object;
  const annotations = propertyAt(metadata, "annotations");
  const named = withPropertyAt(object, ["metadata", "name"], name);
  return annotations !== undefined && !isMap(annotations)
    ? named
    : withPropertyAt(named, ["metadata", "annotations", autonamed], "true");
}

function newName({ name, urn, randomSeed, autonaming }: CheckRequest): string {
  if (typeof autonaming === "object") return autonaming.name;
  if (autonaming === "disabled") {
    throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
  }
  const seed = randomSeed.length > 0 ? randomSeed : randomBytes(32);
  return `${name}-${createHash("sha256").update(seed).update(urn).digest("hex").slice(0, 8)}`;
}

async function placeObject(cluster: Cluster, object: PropertyMap): Promise<PropertyMap> {
  const metadata = object.metadata ?? {};
  if (!isMap(metadata) || metadata.namespace) return object;
  if (!(await isNamespaced(cluster, object))) return object;
  return withPropertyAt(object, ["metadata", "namespace"], cluster.namespace);
}

const autonamed = "pulumi.com/autonamed";
