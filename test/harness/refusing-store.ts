import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { RigAccess } from "./rig-access.ts";

/** Secrets Manager as an identity sees it that may not do everything. */
export interface RefusingStore {
  /** Address to set as AWS_ENDPOINT_URL. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a proxy before the rig's Secrets Manager that refuses some actions. */
export async function startRefusingStore(
  rig: RigAccess,
  refused: readonly string[],
): Promise<RefusingStore> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  async function answer(request: IncomingMessage, response: ServerResponse) {
    const body = await buffer(request);
    const target = String(request.headers["x-amz-target"] ?? "");
    const action = target.split(".").at(-1) ?? "";
    if (refused.includes(action)) {
      response.writeHead(400, { "content-type": jsonType });
      response.end(JSON.stringify(refusal(action)));
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

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html */
function refusal(action: string) {
  return {
    __type: "AccessDeniedException",
    Message: `User: arn:aws:iam::123456789012:user/ci is not authorized to perform: secretsmanager:${action} because no identity-based policy allows the secretsmanager:${action} action`,
  };
}

const jsonType = "application/x-amz-json-1.1";
