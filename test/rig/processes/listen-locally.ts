import type { Server, Socket } from "node:net";

/** A server of this process. */
export interface LocalServer {
  readonly port: number;
  /** Its address, where it speaks HTTP. */
  readonly url: string;
  /** Closes it and every connection. */
  stop(): Promise<void>;
}

/** Has a server listen on a free port of this machine only. */
export async function listenLocally(server: Server): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
