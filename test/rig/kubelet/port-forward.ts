import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { dirname, join } from "node:path";
import type { CoreV1Api } from "@kubernetes/client-node";
import { type WebSocket, WebSocketServer } from "ws";
import { describeFailure } from "./api-failure.ts";

export interface PortForwardOptions {
  readonly core: CoreV1Api;
  /** Path of the cluster's kubeconfig: the API server's certificate lies beside it. */
  readonly kubeconfig: string;
  /** Loopback address behind one that the API shows. */
  readonly toLoopback: (shown: string) => string;
  readonly log: (line: string) => void;
}

/** A kubelet's own server, as far as `kubectl port-forward` needs it. */
export interface PortForwardServer {
  readonly port: number;
  close(): void;
}

/**
 * Serves `/portForward/<namespace>/<pod>?port=<port>` over a web socket, one port at a time: the
 * first byte of a message is its channel, 0 for data and 1 for errors, and each channel begins with
 * the port.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go
 */
export async function servePortForward(options: PortForwardOptions): Promise<PortForwardServer> {
  const folder = dirname(options.kubeconfig);
  const [cert, key] = await Promise.all(
    ["apiserver.crt", "apiserver.key"].map((name) => readFile(join(folder, name))),
  );
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => offered.has("v4.channel.k8s.io") && "v4.channel.k8s.io",
  });
  const server = createServer({ cert, key });
  server.on("upgrade", (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      void forward(webSocket, request.url ?? "", options);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close() {
      for (const webSocket of sockets.clients) webSocket.terminate();
      server.close();
    },
  };
}

async function forward(
  webSocket: WebSocket,
  url: string,
  { core, toLoopback, log }: PortForwardOptions,
): Promise<void> {
  const { pathname, searchParams } = new URL(url, "https://kubelet");
  const [, , namespace = "", name = ""] = pathname.split("/");
  const port = Number(searchParams.get("port"));
  const early: Buffer[] = [];
  const keep = (data: Buffer) => void early.push(data);
  webSocket.on("message", keep);
  try {
    const { status } = await core.readNamespacedPod({ namespace, name });
    const pod = connect({ host: toLoopback(status?.podIP ?? ""), port });
    for (const channel of [0, 1]) {
      const opening = Buffer.from([channel, 0, 0]);
      opening.writeUInt16LE(port, 1);
      webSocket.send(opening);
    }
    pod.on("data", (data: Buffer) => webSocket.send(Buffer.concat([Buffer.from([0]), data])));
    pod.on("error", ({ message }) => webSocket.send(Buffer.from(`\u0001${message}`)));
    pod.on("close", () => webSocket.close());
    webSocket.on("close", () => pod.destroy());
    const send = (data: Buffer) => {
      if (data[0] === 0) pod.write(data.subarray(1));
    };
    webSocket.off("message", keep);
    for (const data of early) send(data);
    webSocket.on("message", send);
  } catch (error) {
    log(`${namespace}/${name} port ${port} was not forwarded: ${describeFailure(error)}`);
    webSocket.close();
  }
}
