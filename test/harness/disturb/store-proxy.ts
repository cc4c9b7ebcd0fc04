import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { RigAccess } from "../rig-access.ts";

/** Secrets Manager behind something that answers in its place. */
export interface StoreProxy {
  /** Address to set as AWS_ENDPOINT_URL. */
  readonly url: string;
  stop(): Promise<void>;
}

/** An answer that Secrets Manager did not give. */
export interface StoreAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Starts a proxy before the rig's Secrets Manager.
 * @param answer Answers an action, e.g. `"CreateSecret"`; `undefined` passes it on.
 */
export async function startStoreProxy(
  rig: RigAccess,
  answer: (action: string) => StoreAnswer | undefined,
): Promise<StoreProxy> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => response.destroy(error));
  });
  async function handle(request: IncomingMessage, response: ServerResponse) {
    const body = await buffer(request);
    const target = String(request.headers["x-amz-target"] ?? "");
    const answered = answer(target.split(".").at(-1) ?? "");
    if (answered !== undefined) {
      response.writeHead(answered.status, { "content-type": jsonType });
      response.end(answered.text);
      return;
    }
    const passed = await fetch(new URL(request.url ?? "/", rig.env.AWS_ENDPOINT_URL), {
      method: request.method ?? "POST",
      headers: {
        "content-type": request.headers["content-type"] ?? jsonType,
        "x-amz-target": target,
        authorization: request.headers.authorization ?? "",
      },
      body,
    });
    response.writeHead(passed.status, { "content-type": jsonType });
    response.end(Buffer.from(await passed.arrayBuffer()));
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const jsonType = "application/x-amz-json-1.1";
