import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import type { ClusterObjects } from "../cluster-objects.ts";
import { NODE_ADDRESS } from "../node-object.ts";
import type { RigAddress } from "../services/loopback-range.ts";
import { Waiting } from "../waiting.ts";
import type { ContainerEntry, ContainerMount } from "./entry.ts";
import { expandReferences } from "./expand-references.ts";
import { findImageProgram, type ImageSources } from "./image-program.ts";
import { readVolumes } from "./pod-volumes.ts";
import { resolveVariables } from "./variables.ts";

export interface ContainerRequest {
  readonly pod: V1Pod;
  readonly container: V1Container;
  readonly address: RigAddress;
  readonly objects: ClusterObjects;
  readonly images: ImageSources;
  /** Variables that name the API server. */
  readonly service: Readonly<Record<string, string>>;
  /** The pod's /etc/hosts. */
  readonly hostsFile: string;
  /** Folder of the pod on this machine. */
  readonly podFolder: string;
}

/**
 * Gathers what a container starts from; `"idle"` for one that runs without a process.
 * Not followed: the user and the read-only root that the spec asks for, since the sandbox's account
 * belongs to who runs the rig.
 * @throws Waiting if something is missing, or nothing here stands for its image.
 */
export async function prepareContainer(
  request: ContainerRequest,
): Promise<ContainerEntry | "idle"> {
  const { pod, container, address, images, podFolder } = request;
  if (pod.spec?.initContainers?.length) {
    throw new Waiting("CreateContainerConfigError", "The rig runs no init containers.");
  }
  const podAddress = { podIp: address.shown, hostIp: NODE_ADDRESS };
  const volumes = await readVolumes({ ...request, address: podAddress });
  const variables = await resolveVariables({ ...request, address: podAddress });
  const program = findImageProgram(container, variables, address.loopback, images);
  if (program === undefined) {
    const message = `The rig has no stand-in for image "${container.image}".`;
    throw new Waiting("ErrImagePull", message);
  }
  if (program === "idle") return "idle";
  const stage = join(podFolder, "stage");
  await mkdir(stage, { recursive: true });
  return {
    stage,
    volumes,
    mounts: listMounts(request, variables),
    command: program.command,
    workingFolder: container.workingDir ?? "/",
    variables: {
      ...RUNTIME_VARIABLES,
      HOSTNAME: pod.metadata?.name ?? "",
      ...Object.fromEntries(variables),
      ...program.variables,
      OPCONNECT_RIG_POD: "1",
    },
  };
}

function listMounts(
  { container, hostsFile }: ContainerRequest,
  variables: ReadonlyMap<string, string>,
): ContainerMount[] {
  const mounts = (container.volumeMounts ?? []).map((mount) => ({
    source: {
      volume: mount.name,
      subPath: mount.subPathExpr
        ? expandReferences(mount.subPathExpr, variables)
        : (mount.subPath ?? ""),
    },
    target: mount.mountPath,
    readOnly: mount.readOnly ?? false,
  }));
  return [...mounts, { source: { path: hostsFile }, target: "/etc/hosts", readOnly: false }];
}

/** What container engines set where neither image nor spec does. */
const RUNTIME_VARIABLES = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/",
};
