import { once } from "node:events";
import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { connect } from "node:net";
import type { V1Container, V1Probe } from "@kubernetes/client-node";

/**
 * Runs a probe once, against the pod's loopback address. HTTP(S) and TCP; others count as passed:
 * the charts use none.
 */
export async function runProbe(
  probe: V1Probe,
  container: V1Container,
  address: string,
): Promise<boolean> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  const { httpGet, tcpSocket } = probe;
  try {
    if (httpGet) {
      const port = findPort(httpGet.port, container);
      const path = httpGet.path ?? "/";
      const status = await readStatus(httpGet.scheme === "HTTPS", address, port, path, timeoutMs);
      return status >= 200 && status < 400;
    }
    if (tcpSocket) await connectOnce(address, findPort(tcpSocket.port, container), timeoutMs);
    return true;
  } catch {
    return false;
  }
}

function findPort(port: number | string, { ports = [] }: V1Container): number {
  const named = ports.find(({ name }) => name === port)?.containerPort;
  return named ?? Number(port);
}

function readStatus(
  tls: boolean,
  host: string,
  port: number,
  path: string,
  timeoutMs: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    // A kubelet accepts any certificate, too.
    const options = { host, port, path, signal, agent: false, rejectUnauthorized: false };
    const request = (tls ? requestTls : requestPlain)(options, (response) => {
      response.resume().on("error", () => {});
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject).end();
  });
}

async function connectOnce(host: string, port: number, timeoutMs: number): Promise<void> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(timeoutMs) });
  } finally {
    socket.destroy();
  }
}
