import { connect, createServer, type Server, type Socket } from "node:net";
import type { Backend } from "./ports.ts";

/** Forwards connections to a Service's port to its backends, in turn. */
export interface ServiceProxy {
  /** Without backends nothing listens, so that connections are refused as in a cluster. */
  setBackends(backends: readonly Backend[]): void;
  close(): void;
}

export interface ServiceProxyOptions {
  readonly address: string;
  readonly port: number;
  readonly toLoopback: (ip: string) => string;
  readonly log: (line: string) => void;
}

export function createServiceProxy(options: ServiceProxyOptions): ServiceProxy {
  const { address, port, log } = options;
  const sockets = new Set<Socket>();
  let backends: readonly Backend[] = [];
  let server: Server | undefined;
  let turn = 0;

  function listen(): void {
    server = createServer({ allowHalfOpen: true }, (socket) => {
      turn += 1;
      const inTurn = backends.map((_, index) => backends[(turn + index) % backends.length]);
      forward(
        socket,
        inTurn.flatMap((backend) => backend ?? []),
        options,
        sockets,
      );
    });
    server.on("error", (error) => log(`${address}:${port}: ${error.message}`));
    server.listen({ host: address, port, exclusive: true }).unref();
  }

  function close(): void {
    server?.close();
    server = undefined;
  }

  return {
    setBackends(next) {
      backends = next;
      if (next.length === 0) close();
      else if (server === undefined) listen();
    },
    close() {
      close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function forward(
  client: Socket,
  [backend, ...others]: readonly Backend[],
  options: ServiceProxyOptions,
  sockets: Set<Socket>,
): void {
  client.on("error", () => {});
  if (backend === undefined) {
    client.resetAndDestroy();
    return;
  }
  const host = options.toLoopback(backend.ip);
  const upstream = connect({ host, port: backend.port, allowHalfOpen: true });
  const refused = () => forward(client, others, options, sockets);
  upstream.once("error", refused);
  upstream.once("connect", () => {
    upstream.off("error", refused);
    for (const [socket, peer] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket.unref());
      socket.on("error", () => peer.destroy());
      socket.once("close", () => {
        sockets.delete(socket);
        peer.destroy();
      });
      socket.pipe(peer);
    }
  });
}
