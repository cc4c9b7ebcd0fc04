import { type RequestOptions, request } from "node:https";
import { text } from "node:stream/consumers";
import { KubeConfig } from "@kubernetes/client-node";
import type { RigAccess } from "../rig-access.ts";

/** A request of the API server, as somebody with any client could send it. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** E.g. `"/api/v1/namespaces/app/secrets"`, with its query. */
  readonly path: string;
  readonly body?: object | undefined;
  /** @default "application/json" */
  readonly contentType?: string | undefined;
  /**
   * Who asks, e.g. `"system:serviceaccount:app:ci"`.
   * @default - who the rig's kubeconfig names, an admin of the cluster
   */
  readonly as?: string | undefined;
}

/** Sends a request to the API server, and tells what it answers, whatever that is. */
export async function askApiServer(
  { kubeconfig }: RigAccess,
  { method, path, body, contentType = "application/json", as }: ApiRequest,
): Promise<{ readonly status: number; readonly answer: string; readonly warning: string }> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const headers = { "content-type": contentType, ...(as && { "impersonate-user": as }) };
  const options: RequestOptions = { method, headers };
  await config.applyToHTTPSOptions(options);
  const server = config.getCurrentCluster()?.server ?? "";
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, server), options, (response) => {
      text(response).then((answer) => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, answer, warning: String(headers.warning ?? "") });
      }, reject);
    });
    asked.on("error", reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
