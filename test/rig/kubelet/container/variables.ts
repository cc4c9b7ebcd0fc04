import type { V1Container, V1EnvFromSource, V1EnvVar, V1Pod } from "@kubernetes/client-node";
import type { ClusterObjects, Entries } from "../cluster-objects.ts";
import { Waiting } from "../waiting.ts";
import { expandReferences } from "./expand-references.ts";
import { type PodAddress, readPodField } from "./pod-field.ts";

export interface VariablesRequest {
  readonly pod: V1Pod;
  readonly container: V1Container;
  readonly address: PodAddress;
  readonly objects: ClusterObjects;
  /** Variables that name the API server. Those of other Services are not set: use their names. */
  readonly service: Readonly<Record<string, string>>;
}

/**
 * Environment of a container as a kubelet puts it together: `envFrom`, then `env` in order, each
 * value with `$(NAME)` of those before it; Service variables only where the container sets none.
 * @throws Waiting `CreateContainerConfigError` if a Secret, ConfigMap or key is missing.
 */
export async function resolveVariables(request: VariablesRequest): Promise<Map<string, string>> {
  const { container, service } = request;
  const variables = new Map<string, string>();
  for (const source of container.envFrom ?? []) {
    for (const [name, value] of await readSource(source, request)) {
      variables.set(name, value);
    }
  }
  for (const variable of container.env ?? []) {
    const known = new Map([...Object.entries(service), ...variables]);
    const value = variable.value
      ? expandReferences(variable.value, known)
      : await readReference(variable, request);
    if (value !== undefined) variables.set(variable.name, value);
  }
  return new Map([...Object.entries(service), ...variables]);
}

async function readSource(
  { prefix = "", secretRef, configMapRef }: V1EnvFromSource,
  { pod, objects }: VariablesRequest,
): Promise<readonly (readonly [string, string])[]> {
  const namespace = pod.metadata?.namespace ?? "";
  const reference = secretRef ?? configMapRef;
  const name = reference?.name ?? "";
  const entries = secretRef
    ? await objects.findSecret(namespace, name)
    : await objects.findConfigMap(namespace, name);
  if (entries === undefined && !reference?.optional) throw missingObject(name, secretRef);
  const named = [...(entries ?? [])].map(([key, value]) => [prefix + key, String(value)] as const);
  return named.filter(([variable]) => ENVIRONMENT_NAME.test(variable));
}

async function readReference(
  { valueFrom, value }: V1EnvVar,
  { pod, objects, address }: VariablesRequest,
): Promise<string | undefined> {
  if (!valueFrom) return value ?? "";
  const { fieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) return readPodField(pod, address, fieldRef.fieldPath);
  const reference = secretKeyRef ?? configMapKeyRef;
  if (!reference) throw configError("The rig does not resolve this valueFrom.");
  const { key, optional } = reference;
  const name = reference.name ?? "";
  const namespace = pod.metadata?.namespace ?? "";
  const entries: Entries | undefined = secretKeyRef
    ? await objects.findSecret(namespace, name)
    : await objects.findConfigMap(namespace, name);
  const found = entries?.get(key);
  if (found !== undefined) return String(found);
  if (optional) return undefined;
  if (entries === undefined) throw missingObject(name, secretKeyRef);
  const kind = secretKeyRef ? "Secret" : "ConfigMap";
  throw configError(`couldn't find key ${key} in ${kind} ${namespace}/${name}`);
}

function missingObject(name: string, secret: object | undefined): Waiting {
  return configError(`${secret ? "secret" : "configmap"} "${name}" not found`);
}

function configError(message: string): Waiting {
  return new Waiting("CreateContainerConfigError", message);
}

const ENVIRONMENT_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
