import { writeFile } from "node:fs/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { stringify } from "yaml";
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
  const context = { name: "faults", context: { cluster: "faults", user: "faults" } };
  const user = { name: "faults", user: { token: config.getCurrentUser()?.token } };
  await writeFile(
    file,
    stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "faults", cluster: { server: door.url, ...withoutCertificate } }],
      users: [user],
      contexts: [context],
      "current-context": "faults",
    }),
    { mode: 0o600 },
  );
  return { kubeconfig: file, stop: door.stop };
}

/** The door speaks HTTP on this machine alone, which the client takes only where it is told so. */
const withoutCertificate = { "insecure-skip-tls-verify": true };

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
