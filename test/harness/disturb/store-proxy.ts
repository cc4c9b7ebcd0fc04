import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { RigAccess } from "../rig-access.ts";
import { type LocalServer, listenLocally } from "./listen-locally.ts";

/** An answer that Secrets Manager did not give. */
export interface StoreAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Starts a proxy before the rig's Secrets Manager; its URL is one for AWS_ENDPOINT_URL.
 * @param answer Answers an action, e.g. `"CreateSecret"`; `undefined` passes it on.
 */
export async function startStoreProxy(
  rig: RigAccess,
  answer: (action: string) => StoreAnswer | undefined,
): Promise<LocalServer> {
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
  return listenLocally(server);
}

const jsonType = "application/x-amz-json-1.1";
