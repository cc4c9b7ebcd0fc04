import { writeFile } from "node:fs/promises";
import { KubeConfig } from "@kubernetes/client-node";
import type { CallRecorder } from "./call-recorder.ts";
import { type DoorRequest, type HttpDoor, startHttpDoor } from "./http-door.ts";

/** A door before a cluster. */
export interface ClusterDoor {
  /** Kubeconfig file whose server is the door. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** Starts a door before the cluster of a kubeconfig, and writes one that leads to it. */
export async function startClusterDoor(
  kubeconfig: string,
  file: string,
  recorder: CallRecorder,
): Promise<ClusterDoor> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  const door: HttpDoor = await startHttpDoor(
    {
      system: "cluster",
      url: cluster?.server ?? "",
      ca: Buffer.from(cluster?.caData ?? "", "base64"),
      nameOf: (request) => `${request.method} ${objectOf(request)}`,
      refusal: ({ path }) => ({
        status: 403,
        headers: { "content-type": "application/json" },
        body: Buffer.from(JSON.stringify({ ...forbidden, message: `forbidden: ${path}` })),
      }),
    },
    recorder,
  );
  // The door speaks HTTP on this machine alone, which the client takes only where it is told so.
  const leading = new KubeConfig();
  leading.loadFromClusterAndUser(
    { name: "faults", server: door.url, skipTLSVerify: true },
    { name: "faults", token: config.getCurrentUser()?.token ?? "" },
  );
  await writeFile(file, leading.exportConfig(), { mode: 0o600 });
  return { kubeconfig: file, stop: door.stop };
}

const forbidden = {
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  reason: "Forbidden",
  code: 403,
};

/** Kind and last word of the name: names of environments differ from run to run. */
function objectOf({ path }: DoorRequest): string {
  const [kind = "", name] = new URL(path, "http://cluster").pathname.split("/").slice(-2);
  return name === undefined ? kind : `${kind}/${name.split("-").at(-1)}`;
}
