import { request } from "node:http";
import { request as requestTls } from "node:https";
import { Duplex, PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { connect } from "node:tls";
import type { KubeConfig } from "../kubernetes-client.ts";

/** A request to a port of a pod. */
export interface PodRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
  /** Path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * By TLS, with whom.
   * @default - not by TLS
   */
  readonly tls?: PodTls | undefined;
}

/** Who is to answer by TLS. */
export interface PodTls {
  /** Name that its certificate has to hold for. */
  readonly host: string;
  /** Certificates that are trusted, in PEM, and no others. */
  readonly trusted: string;
}

/** What a pod answers to a {@link PodRequest}. */
export interface PodAnswer {
  readonly status: number;
  readonly body: string;
  /** By TLS, why its certificate is not taken; then nothing was sent to it, and nothing answered. */
  readonly untrusted?: string | undefined;
}

/**
 * Sends a request to a pod through the API server, as `kubectl port-forward` does; but no port of
 * this machine is opened for it, which others could use too. The API server's proxy for Services
 * would not do: it takes the header `Authorization` for itself.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/apiserver/pkg/endpoints/filters/authentication.go
 */
export async function requestPod(
  config: KubeConfig,
  { namespace, pod, port, path, headers, tls }: PodRequest,
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
    return await answerOf(connection, { path, headers, tls }, timeoutMs);
  } finally {
    if (typeof socket !== "function") socket.close();
  }
}

function answerOf(
  connection: Duplex,
  { path, headers, tls }: Pick<PodRequest, "path" | "headers" | "tls">,
  timeoutMs: number,
): Promise<PodAnswer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { path, headers, signal, host: "localhost" };
    const sent =
      tls === undefined
        ? request({ ...options, createConnection: () => connection })
        : requestTls({ ...options, createConnection: () => secured(connection, tls) });
    sent
      .on("response", (answer) => {
        text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
      })
      .on("error", (error: Error & { readonly code?: string }) => {
        const { code = "" } = error;
        if (!unfitCertificate.test(code)) reject(error);
        else resolve({ status: 0, body: "", untrusted: code });
      })
      .end();
  });
}

/** What OpenSSL and Node.js call a certificate: who answers is there, and not who was called. */
const unfitCertificate = /CERT|SELF_SIGNED|ISSUER|ALTNAME|CRL/;

/** As the operator, it trusts a certificate that is given, be it that of an authority or not. */
function secured(socket: Duplex, { host, trusted }: PodTls) {
  return connect({ socket, servername: host, ca: trusted, allowPartialTrustChain: true });
}
