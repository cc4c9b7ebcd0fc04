import { defined, hasCode, unlessCode } from "@opconnect/core";
import { createAccessReviews } from "./access-reviews.ts";
import type * as kubernetes from "./kubernetes-client.ts";
import { type ListPart, listParts } from "./list-parts.ts";
import { createClusterRequests } from "./requests.ts";

/** Where an object of a namespace is: a Secret, or another one by its kind. */
export interface ClusterSecretName {
  readonly namespace: string;
  readonly name: string;
}

/** A step of a JSON patch (RFC 6902). */
export interface JsonPatch {
  readonly op: "add" | "remove" | "replace" | "test";
  readonly path: string;
  readonly value?: unknown;
}

const onePasswordItems = {
  group: "onepassword.com",
  version: "v1",
  plural: "onepassworditems",
} as const;

const rbac = { group: "rbac.authorization.k8s.io", version: "v1" } as const;

/** Owner of the fields that we apply. */
export const fieldManager = "opconnect";

/** Owner of what we set on the operator's Deployment, which an update of the chart leaves alone. */
const operatorManager = "opconnect-scope";

/** See {@link createClusterApi}. */
export type ClusterApi = Awaited<ReturnType<typeof createClusterApi>>;

/**
 * The requests that we send to a cluster, each with a time limit and typed errors. What a user needs
 * for one is a line of `requestRights`.
 */
export async function createClusterApi(config: kubernetes.KubeConfig, timeoutMs: number) {
  const requests = await createClusterRequests(config, timeoutMs);
  const { client, server, limited, withHeader, report } = requests;
  const api = config.makeApiClient(client.CoreV1Api);
  const objects = config.makeApiClient(client.CustomObjectsApi);
  const apps = config.makeApiClient(client.AppsV1Api);
  const applying = withHeader("Content-Type", client.PatchStrategy.ServerSideApply);
  const merging = withHeader("Content-Type", client.PatchStrategy.MergePatch);
  const strategic = withHeader("Content-Type", client.PatchStrategy.StrategicMergePatch);
  const editing = withHeader("Content-Type", client.PatchStrategy.JsonPatch);
  const metadataAs = (kind: string) =>
    withHeader("Accept", `application/json;as=${kind};g=meta.k8s.io;v=v1`);
  const metadataOnly = metadataAs("PartialObjectMetadata");
  const metadataListOnly = metadataAs("PartialObjectMetadataList");

  return {
    server,

    readNamespace: (name: string) =>
      report(`read the namespace ${name}`, () => api.readNamespace({ name }, limited)),

    readSecret: ({ namespace, name }: ClusterSecretName) =>
      report(`read the Secret ${name} in the namespace ${namespace}`, () =>
        unlessCode([404], () => api.readNamespacedSecret({ namespace, name }, limited)),
      ),

    /** The Deployments of a namespace, or of all. */
    listDeployments: (namespace?: string) =>
      report(`list the Deployments in ${placeOf(namespace)}`, async () => {
        const list =
          namespace === undefined
            ? await apps.listDeploymentForAllNamespaces({}, limited)
            : await apps.listNamespacedDeployment({ namespace }, limited);
        return list.items;
      }),

    listPods: (namespace: string) =>
      report(`list the pods in the namespace ${namespace}`, async () => {
        return (await api.listNamespacedPod({ namespace }, limited)).items;
      }),

    /** The `OnePasswordItem` as the API server has it; `undefined` if there is none. */
    readItem: ({ namespace, name }: ClusterSecretName): Promise<unknown> =>
      report(`read the OnePasswordItem ${name} in the namespace ${namespace}`, () =>
        unlessCode([404], () =>
          objects.getNamespacedCustomObject({ ...onePasswordItems, namespace, name }, limited),
        ),
      ),

    /** Server-side apply as `opconnect`; with `force`, the fields of others are taken over. */
    applyItem: ({ namespace, name }: ClusterSecretName, body: object, force: boolean) =>
      report(`write the OnePasswordItem ${name} in the namespace ${namespace}`, async () => {
        const place = { ...onePasswordItems, namespace, name };
        const patch = { ...place, body, fieldManager, force };
        const applied: unknown = await unlessCode([409], () =>
          objects.patchNamespacedCustomObject(patch, applying),
        );
        return applied ?? ("conflict" as const);
      }),

    /** Changes parts of a `OnePasswordItem` by JSON patch: a `test` that fails is a conflict. */
    patchItem: ({ namespace, name }: ClusterSecretName, body: readonly JsonPatch[]) =>
      report(`change the OnePasswordItem ${name} in the namespace ${namespace}`, async () => {
        const patch = { ...onePasswordItems, namespace, name, body };
        const patched: unknown = await unlessCode([404, 409, 422], () =>
          objects.patchNamespacedCustomObject(patch, editing),
        );
        return patched === undefined ? "conflict" : "changed";
      }),

    /** Deletes the `OnePasswordItem` of this uid as it was read, and no other. */
    deleteItem: (
      { namespace, name }: ClusterSecretName,
      preconditions: { readonly uid: string; readonly resourceVersion: string },
    ) =>
      report(`delete the OnePasswordItem ${name} in the namespace ${namespace}`, async () => {
        const place = { ...onePasswordItems, namespace, name };
        const deleted: unknown = await unlessCode([404, 409], () =>
          objects.deleteNamespacedCustomObject({ ...place, body: { preconditions } }, limited),
        );
        return deleted === undefined ? "conflict" : "deleted";
      }),

    /** What is known of a Secret without its values, which do not leave the API server for it. */
    readSecretMetadata: ({ namespace, name }: ClusterSecretName): Promise<unknown> =>
      report(`read the Secret ${name} in the namespace ${namespace}`, () =>
        unlessCode([404], () => api.readNamespacedSecret({ namespace, name }, metadataOnly)),
      ),

    /** The same of all Secrets of a namespace. */
    listSecretMetadata: (namespace: string): Promise<readonly unknown[]> =>
      report(`list the Secrets in the namespace ${namespace}`, () =>
        listParts((part) => api.listNamespacedSecret({ namespace, ...part }, metadataListOnly)),
      ),

    createSecret: (namespace: string, body: kubernetes.V1Secret) =>
      report(`write the Secret ${body.metadata?.name} in the namespace ${namespace}`, async () => {
        await api.createNamespacedSecret({ namespace, body }, limited);
      }),

    /** Changes parts of a Secret by JSON patch. */
    patchSecret: ({ namespace, name }: ClusterSecretName, body: readonly JsonPatch[]) =>
      report(`change the Secret ${name} in the namespace ${namespace}`, async () => {
        await api.patchNamespacedSecret({ namespace, name, body }, editing);
      }),

    /** Server-side apply as `opconnect`. */
    applySecret(
      body: kubernetes.V1Secret,
      fieldsOfOthers: "take over" | "answer with conflict",
    ): Promise<kubernetes.V1Secret | "conflict"> {
      const { namespace = "", name = "" } = body.metadata ?? {};
      const force = fieldsOfOthers === "take over";
      return report(`write the Secret ${name} in the namespace ${namespace}`, async () => {
        const patch = { namespace, name, body, fieldManager, force };
        const applied = await unlessCode([409], () => api.patchNamespacedSecret(patch, applying));
        return applied ?? "conflict";
      });
    },

    /** Takes an annotation off a Secret, if that is there still. */
    removeAnnotation: ({ namespace, name }: ClusterSecretName, key: string) =>
      report(`change the Secret ${name} in the namespace ${namespace}`, async () => {
        const body = { metadata: { annotations: { [key]: null } } };
        await unlessCode([404], () =>
          api.patchNamespacedSecret({ namespace, name, body, fieldManager }, merging),
        );
      }),

    /** Deletes the Secret of this uid, and no later one of the same name. */
    deleteSecret: ({ namespace, name }: ClusterSecretName, uid: string | undefined) =>
      report(`delete the Secret ${name} in the namespace ${namespace}`, async () => {
        const body = uid === undefined ? {} : { preconditions: { uid } };
        const outcome = await unlessCode([404], async () => {
          await api.deleteNamespacedSecret({ namespace, name, body }, limited);
          return "deleted" as const;
        });
        return outcome ?? "absent";
      }),

    /** The namespace; `undefined` if there is none, `"hidden"` from a user who may not look. */
    async findNamespace(name: string): Promise<kubernetes.V1Namespace | "hidden" | undefined> {
      try {
        return await report(`read the namespace ${name}`, () =>
          unlessCode([404], () => api.readNamespace({ name }, limited)),
        );
      } catch (error) {
        if (hasCode(error, "CLUSTER_ACCESS_DENIED")) return "hidden";
        throw error;
      }
    },

    /** The `OnePasswordItem`s of a namespace, or of all; none before their kind is known. */
    listItems: (namespace?: string): Promise<readonly unknown[]> =>
      report(`list the OnePasswordItems in ${placeOf(namespace)}`, async () => {
        const { plural: resourcePlural } = onePasswordItems;
        const list = (part: ListPart) => {
          const wanted = { ...onePasswordItems, ...part };
          return namespace === undefined
            ? objects.listCustomObjectForAllNamespaces({ ...wanted, resourcePlural }, limited)
            : objects.listNamespacedCustomObject({ ...wanted, namespace }, limited);
        };
        return (await unlessCode([404], () => listParts<unknown>(list))) ?? [];
      }),

    /** Whether it has the kind `ValidatingAdmissionPolicy`, which every user may ask: from 1.30 on. */
    servesAdmissionPolicies: () =>
      report("say which kinds of policies it has", async () => {
        const group = { group: "admissionregistration.k8s.io", version: "v1" };
        const { resources } = await objects.getAPIResources(group, limited);
        return resources.some(({ name }) => name === "validatingadmissionpolicies");
      }),

    readConfigMap: ({ namespace, name }: ClusterSecretName) =>
      report(`read the ConfigMap ${name} in the namespace ${namespace}`, () =>
        unlessCode([404], () => api.readNamespacedConfigMap({ namespace, name }, limited)),
      ),

    /** Server-side apply as `opconnect`; of a `resourceVersion` that is no longer the last, nothing. */
    applyConfigMap(body: kubernetes.V1ConfigMap): Promise<kubernetes.V1ConfigMap | "conflict"> {
      const { namespace = "", name = "" } = body.metadata ?? {};
      return report(`write the ConfigMap ${name} in the namespace ${namespace}`, async () => {
        const patch = { namespace, name, body, fieldManager, force: true };
        const apply = () => api.patchNamespacedConfigMap(patch, applying);
        return (await unlessCode([409], apply)) ?? "conflict";
      });
    },

    /** Deletes this version of the ConfigMap, and no later one. */
    deleteConfigMap: (
      { namespace, name }: ClusterSecretName,
      resourceVersion: string | undefined,
    ): Promise<"gone" | "conflict"> =>
      report(`delete the ConfigMap ${name} in the namespace ${namespace}`, async () => {
        const body = { preconditions: defined({ resourceVersion }) };
        const remove = async () => {
          const request = { namespace, name, body };
          await unlessCode([404], () => api.deleteNamespacedConfigMap(request, limited));
          return "gone" as const;
        };
        return (await unlessCode([409], remove)) ?? "conflict";
      }),

    readDeployment: ({ namespace, name }: ClusterSecretName) =>
      report(`read the Deployment ${name} in the namespace ${namespace}`, () =>
        unlessCode([404], () => apps.readNamespacedDeployment({ namespace, name }, limited)),
      ),

    /** Changes parts of a Deployment, if there is one, by strategic merge. */
    patchDeployment: ({ namespace, name }: ClusterSecretName, body: object) =>
      report(`change the Deployment ${name} in the namespace ${namespace}`, () => {
        const patch = { namespace, name, body, fieldManager: operatorManager };
        return unlessCode([404], () => apps.patchNamespacedDeployment(patch, strategic));
      }),

    /** Whether a Role is there; `"hidden"` from a user who may not look. */
    hasRole: (place: ClusterSecretName) => hasOf("Role", "roles", place),

    /** Whether a RoleBinding is there; `"hidden"` from a user who may not look. */
    hasRoleBinding: (place: ClusterSecretName) => hasOf("RoleBinding", "rolebindings", place),

    ...createAccessReviews(config, requests),
  };

  async function hasOf(
    kind: string,
    plural: string,
    { namespace, name }: ClusterSecretName,
  ): Promise<boolean | "hidden"> {
    const place = { ...rbac, plural, namespace, name };
    try {
      const found: unknown = await report(
        `read the ${kind} ${name} in the namespace ${namespace}`,
        () => unlessCode([404], () => objects.getNamespacedCustomObject(place, limited)),
      );
      return found !== undefined;
    } catch (error) {
      if (hasCode(error, "CLUSTER_ACCESS_DENIED")) return "hidden";
      throw error;
    }
  }
}

function placeOf(namespace: string | undefined): string {
  return namespace === undefined ? "all namespaces" : `the namespace ${namespace}`;
}
