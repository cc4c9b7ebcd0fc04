import { request } from "node:http";
import { Duplex, PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { KubeConfig } from "../kubernetes-client.ts";

/** A request to a port of a pod. */
export interface PodRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
  /** Path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a pod answers to a {@link PodRequest}. */
export interface PodAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends a request to a pod through the API server, as `kubectl port-forward` does; but no port of
 * this machine is opened for it, which others could use too. The API server's proxy for Services
 * would not do: it takes the header `Authorization` for itself.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/apiserver/pkg/endpoints/filters/authentication.go
 */
export async function requestPod(
  config: KubeConfig,
  { namespace, pod, port, path, headers }: PodRequest,
  timeoutMs: number,
): Promise<PodAnswer> {
  const { PortForward } = await import("../kubernetes-client.ts");
  const sent = new PassThrough();
  const received = new PassThrough();
  const socket = await new PortForward(config)
    .portForward(namespace, pod, [port], received, null, sent)
    .catch((event: unknown) => {
      // What the client throws is an event of the web socket.
      const { message } = Object(event);
      throw new Error(typeof message === "string" ? message : "the web socket was refused");
    });
  try {
    const connection = Duplex.from({ readable: received, writable: sent });
    return await answerOf(connection, { path, headers }, timeoutMs);
  } finally {
    if (typeof socket !== "function") socket.close();
  }
}

function answerOf(
  connection: Duplex,
  { path, headers }: Pick<PodRequest, "path" | "headers">,
  timeoutMs: number,
): Promise<PodAnswer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { path, headers, signal, createConnection: () => connection };
    request({ ...options, host: "localhost" }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
    })
      .on("error", reject)
      .end();
  });
}
