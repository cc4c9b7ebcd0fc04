import http from "node:http";
import https from "node:https";
import type { PropertyMap } from "../property-value.ts";
import type { ClusterAddress } from "./kubeconfig.ts";

/** One cluster's API server. */
export interface ApiServer {
  /**
   * Sends a request and reads the answer's JSON.
   * @throws ApiError if the server refuses.
   */
  request(request: ApiRequest): Promise<PropertyMap>;
}

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** E.g. `/api/v1/namespaces/default/secrets`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: PropertyMap | readonly PropertyMap[];
  /** @default "application/json" */
  readonly contentType?: string;
}

/** A `Status` of the API server. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status. */
  readonly status: number;
  /** `NotFound`, `AlreadyExists`, `Conflict`, … */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/**
 * Makes a client; nothing is sent before the first request. A request under way is never cut short,
 * or the engine would not learn what it changed.
 */
export function createApiServer(
  address: ClusterAddress,
  idleLimitMs = defaultIdleLimitMs,
): ApiServer {
  const isHttps = address.server.startsWith("https:");
  const agent = isHttps
    ? new https.Agent({ keepAlive: true, ...address.tls })
    : new http.Agent({ keepAlive: true });
  return {
    async request({ method, path, query = {}, body, contentType = "application/json" }) {
      const url = new URL(`${address.server.replace(/\/$/, "")}${path}`);
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) url.searchParams.set(name, value);
      }
      const content = body && JSON.stringify(body);
      const headers = {
        accept: "application/json",
        "user-agent": "opconnect-rig",
        ...(content && {
          "content-type": contentType,
          "content-length": Buffer.byteLength(content),
        }),
        ...(address.token && { authorization: `Bearer ${address.token}` }),
      };
      const send = isHttps ? https.request : http.request;
      const options = { method, agent, headers, timeout: idleLimitMs };
      const answer = await exchange(send(url, options), content);
      const result = parseContent(answer.text);
      if (answer.status < 300) return result;
      throw new ApiError(
        answer.status,
        String(result.reason ?? ""),
        String(result.message ?? `The API server answered ${answer.status}.`),
      );
    },
  };
}

function exchange(
  request: http.ClientRequest,
  body: string | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("timeout", () => request.destroy(new Error("The API server does not answer.")));
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    request.end(body);
  });
}

function parseContent(text: string): PropertyMap {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
}

const defaultIdleLimitMs = 15_000;
