import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type {
  V1DownwardAPIVolumeFile,
  V1KeyToPath,
  V1Pod,
  V1Volume,
  V1VolumeProjection,
} from "@kubernetes/client-node";
import type { ClusterObjects, Entries } from "../cluster-objects.ts";
import { Waiting } from "../waiting.ts";
import { type PodAddress, readPodField } from "./pod-field.ts";

export interface VolumeFile {
  /** Below the volume's folder. */
  readonly path: string;
  /** Base64. */
  readonly content: string;
  readonly mode: number;
}

/** A volume's files, or the folder of this machine that is the volume. */
export type VolumeContent =
  | { readonly name: string; readonly files: readonly VolumeFile[] }
  | { readonly name: string; readonly folder: string };

export interface VolumesRequest {
  readonly pod: V1Pod;
  readonly address: PodAddress;
  readonly objects: ClusterObjects;
  /** Folder of the pod on this machine. Never gets a Secret. */
  readonly podFolder: string;
}

/**
 * Content of all volumes of a pod. As with a kubelet, no container starts before each is there,
 * mounted or not. Secret volumes do not follow their Secret here: nothing in the charts needs it.
 * @throws Waiting `ContainerCreating` if one is not there yet.
 */
export async function readVolumes(request: VolumesRequest): Promise<VolumeContent[]> {
  const contents: VolumeContent[] = [];
  for (const volume of request.pod.spec?.volumes ?? []) {
    contents.push(await readVolume(volume, request));
  }
  return contents;
}

async function readVolume(volume: V1Volume, request: VolumesRequest): Promise<VolumeContent> {
  const { name, secret, configMap, downwardAPI, projected, emptyDir } = volume;
  if (emptyDir) {
    const folder = join(request.podFolder, "volumes", name);
    await mkdir(folder, { recursive: true });
    return { name, folder };
  }
  const projection: V1VolumeProjection | undefined =
    secret || configMap || downwardAPI
      ? {
          ...(secret && { secret: { ...secret, name: secret.secretName ?? "" } }),
          ...(configMap && { configMap }),
          ...(downwardAPI && { downwardAPI }),
        }
      : undefined;
  const sources = projection ? [projection] : projected?.sources;
  if (!sources) throw mountFailure(name, "the rig has no volumes of this type");
  const { defaultMode } = { ...secret, ...configMap, ...downwardAPI, ...projected };
  const files: VolumeFile[] = [];
  for (const source of sources) {
    files.push(...(await readProjection(source, { ...request, name, mode: defaultMode ?? 0o644 })));
  }
  return { name, files };
}

interface ProjectionRequest extends VolumesRequest {
  /** Of the volume. */
  readonly name: string;
  readonly mode: number;
}

async function readProjection(
  { secret, configMap, downwardAPI, serviceAccountToken }: V1VolumeProjection,
  request: ProjectionRequest,
): Promise<VolumeFile[]> {
  const { pod, objects, name, mode } = request;
  const namespace = pod.metadata?.namespace ?? "";
  if (serviceAccountToken) {
    const token = await objects.createToken(pod, serviceAccountToken);
    return [toFile(serviceAccountToken.path, Buffer.from(token), mode)];
  }
  if (downwardAPI) return (downwardAPI.items ?? []).map((item) => readField(item, request));
  const reference = secret ?? configMap;
  if (!reference) throw mountFailure(name, "the rig has no projections of this type");
  const objectName = reference.name ?? "";
  const entries = secret
    ? await objects.findSecret(namespace, objectName)
    : await objects.findConfigMap(namespace, objectName);
  if (entries !== undefined) return pickEntries(entries, reference, request);
  if (reference.optional) return [];
  throw mountFailure(name, `${secret ? "secret" : "configmap"} "${objectName}" not found`);
}

function pickEntries(
  entries: Entries,
  { items, optional }: { readonly items?: readonly V1KeyToPath[]; readonly optional?: boolean },
  { name, mode }: ProjectionRequest,
): VolumeFile[] {
  if (!items) return [...entries].map(([key, value]) => toFile(key, value, mode));
  return items.flatMap((item) => {
    const value = entries.get(item.key);
    if (value !== undefined) return [toFile(item.path, value, item.mode ?? mode)];
    if (optional) return [];
    throw mountFailure(name, `references non-existent key: ${item.key}`);
  });
}

function readField(item: V1DownwardAPIVolumeFile, request: ProjectionRequest): VolumeFile {
  const { pod, address, mode } = request;
  const value = readPodField(pod, address, item.fieldRef?.fieldPath ?? "");
  return toFile(item.path, Buffer.from(value), item.mode ?? mode);
}

function toFile(path: string, content: Buffer, mode: number): VolumeFile {
  return { path, content: content.toString("base64"), mode };
}

function mountFailure(volume: string, cause: string): Waiting {
  return new Waiting("ContainerCreating", `MountVolume.SetUp failed for "${volume}" : ${cause}`);
}
