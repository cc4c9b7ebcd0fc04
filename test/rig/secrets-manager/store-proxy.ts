import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type LocalServer, listenLocally } from "../processes/listen-locally.ts";

/** What Secrets Manager is asked for. */
export interface StoreRequest {
  /** E.g. `"CreateSecret"`. */
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Whether the SDK asked before, and asks again. */
  readonly isRetry?: boolean;
}

export interface StoreAnswer {
  readonly status: number;
  readonly text: string;
}

/** Asks the Secrets Manager behind the proxy, as the caller does. */
export type AskStore = (request: StoreRequest) => Promise<StoreAnswer>;

/** Answers in the place of Secrets Manager; `undefined` passes the request on. */
export type AnswerStore = (
  request: StoreRequest,
  ask: AskStore,
) => Promise<StoreAnswer | undefined> | StoreAnswer | undefined;

/** Header of what the proxy asks on its own account, so that nobody counts it. */
export const askedByProxy = "x-asked-by-proxy";

/**
 * Starts a proxy before a Secrets Manager; its URL is one for AWS_ENDPOINT_URL. STS is passed on.
 * @param url Of the Secrets Manager behind it.
 */
export async function startStoreProxy(url: string, answer: AnswerStore): Promise<LocalServer> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => response.destroy(error));
  });
  // A socket that idles on a busy machine must not be closed under a client.
  server.keepAliveTimeout = 0;

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const pass = () => forward(url, incoming, body);
    const request = requestOf(incoming, body);
    if (request === undefined) return send(response, await pass());
    const ask: AskStore = (other) => {
      const target = { "x-amz-target": `secretsmanager.${other.action}` };
      const mark = other === request ? {} : { [askedByProxy]: "true" };
      const headers = { ...incoming.headers, ...target, ...mark };
      return forward(url, { ...incoming, headers }, JSON.stringify(other.input));
    };
    send(response, (await answer(request, ask)) ?? (await pass()));
  }

  return listenLocally(server);
}

/** How Secrets Manager refuses. */
export function refusal(type: string, message: string): StoreAnswer {
  return { status: 400, text: JSON.stringify({ __type: type, Message: message }) };
}

function requestOf({ headers }: IncomingMessage, body: Buffer): StoreRequest | undefined {
  const action = /^secretsmanager\.(.+)$/.exec(String(headers["x-amz-target"] ?? ""))?.[1];
  if (action === undefined) return undefined;
  const isRetry = !/attempt=1;/.test(`${headers["amz-sdk-request"] ?? "attempt=1"};`);
  return { action, input: JSON.parse(String(body)), isRetry };
}

type Incoming = Pick<IncomingMessage, "method" | "url" | "headers">;

async function forward(
  url: string,
  { method = "POST", url: path = "/", headers }: Incoming,
  body: Buffer | string,
): Promise<StoreAnswer & { readonly type: string | null }> {
  const kept = Object.entries(headers).filter(([name]) => !ofTransport.has(name));
  const answered = await fetch(new URL(path, url), {
    method,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    ...(method === "GET" ? {} : { body }),
  });
  const { status } = answered;
  return { status, text: await answered.text(), type: answered.headers.get("content-type") };
}

const ofTransport = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "expect",
]);

function send(
  response: ServerResponse,
  { status, text, type }: StoreAnswer & { readonly type?: string | null },
): void {
  response.writeHead(status, { "content-type": type ?? "application/x-amz-json-1.1" });
  response.end(text);
}
