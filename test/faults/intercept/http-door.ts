import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as sendPlain,
} from "node:http";
import { request as sendSecurely } from "node:https";
import { buffer } from "node:stream/consumers";
import { listenLocally } from "../../rig/processes/listen-locally.ts";
import type { CallRecorder } from "./call-recorder.ts";

/** A request as it stands at a door. */
export interface DoorRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** What an HTTP system answers. */
export interface DoorResponse {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** What is behind the door, and how its calls are called. */
export interface HttpSystem {
  readonly system: string;
  readonly url: string;
  /** Certificate of its authority, PEM, where it speaks HTTPS. */
  readonly ca?: Buffer;
  nameOf(request: DoorRequest): string;
  /** What it answers to who may not do this. */
  refusal(request: DoorRequest): DoorResponse;
}

/** A running door. */
export interface HttpDoor {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a door before an HTTP system. */
export async function startHttpDoor(system: HttpSystem, recorder: CallRecorder): Promise<HttpDoor> {
  const server = createServer((incoming, response) => {
    response.on("error", () => {});
    answer(incoming, response, system, recorder).catch(() => response.destroy());
  });
  // A connection is used for one request, so that losing an answer hits no other.
  server.keepAliveTimeout = 1;
  return listenLocally(server);
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  system: HttpSystem,
  recorder: CallRecorder,
): Promise<void> {
  const { method = "GET", url: path = "/", headers } = incoming;
  const request = { method, path, headers, body: await buffer(incoming) };
  await recorder.pass<DoorResponse>({
    system: system.system,
    name: `${system.system} ${system.nameOf(request)}`,
    perform: () => forward(request, system),
    async deliver({ status, headers, body }) {
      if (response.destroyed) return;
      response.writeHead(status, { ...withoutTransport(headers), connection: "close" });
      response.end(body);
      if (!response.writableFinished)
        await Promise.race([once(response, "finish"), once(response, "close")]);
    },
    refusal: () => system.refusal(request),
    async loseAnswer() {
      response.destroy();
    },
  });
}

async function forward(request: DoorRequest, { url, ca }: HttpSystem): Promise<DoorResponse> {
  const target = new URL(request.path, url);
  const send = target.protocol === "https:" ? sendSecurely : sendPlain;
  const headers = { ...withoutTransport(request.headers), "content-length": request.body.length };
  const sent = send(target, {
    method: request.method,
    // The signature of an AWS request covers the host that the caller knows.
    headers,
    agent: false,
    ...(ca === undefined ? {} : { ca }),
  });
  sent.end(request.body);
  const [received]: [IncomingMessage] = (await once(sent, "response")) as [IncomingMessage];
  return {
    status: received.statusCode ?? 502,
    headers: received.headers,
    body: await buffer(received),
  };
}

function withoutTransport(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  const {
    connection,
    "keep-alive": _,
    "transfer-encoding": __,
    "content-length": ___,
    ...kept
  } = headers;
  return kept;
}
