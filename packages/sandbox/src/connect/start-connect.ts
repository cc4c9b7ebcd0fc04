import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { openAccountFile } from "../account/account-file.ts";
import { activityLog } from "./activity-log.ts";
import { connectApp } from "./connect-app.ts";
import { connectLog } from "./connect-log.ts";
import type { ConnectState } from "./connect-state.ts";
import { readContainerCredentials } from "./container-credentials.ts";

export interface ConnectOptions {
  /**
   * The container's environment: OP_SESSION, OP_HTTP_PORT, OP_MAX_INLINE_FILE_SIZE_KB, and for TLS
   * OP_HTTPS_PORT, OP_TLS_CERT_FILE and OP_TLS_KEY_FILE, which are read once; besides them
   * OPCONNECT_SANDBOX_HOME and OPCONNECT_SANDBOX_BIND. The real environment of this process is not read.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Address to listen on.
   * @default OPCONNECT_SANDBOX_BIND, else "127.0.0.1"
   */
  readonly bind?: string;
  /**
   * Takes the log, one JSON object per line; no line holds a secret.
   * @default - the log is dropped
   */
  readonly writeLog?: (line: string) => void;
}

export interface RunningConnect {
  /** E.g. `http://127.0.0.1:8080`, or with TLS `https://127.0.0.1:8443`. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves Connect's REST API over the sandbox account. Unusable credentials do not keep it from starting:
 * as the real one it stays up, answers 500 and tries again every 30 seconds.
 * @throws Error if OPCONNECT_SANDBOX_HOME is missing, the port is taken, or there is no certificate.
 */
export async function startConnect({
  env,
  bind = env.OPCONNECT_SANDBOX_BIND ?? "127.0.0.1",
  writeLog = () => {},
}: ConnectOptions): Promise<RunningConnect> {
  const home = env.OPCONNECT_SANDBOX_HOME;
  if (!home) throw new Error("Set OPCONNECT_SANDBOX_HOME to the folder of a sandbox account.");
  const state: ConnectState = {
    account: openAccountFile(home),
    log: connectLog(writeLog),
    activity: activityLog(),
    maxInlineFileBytes: Number(env.OP_MAX_INLINE_FILE_SIZE_KB ?? 100) * 1024,
    credentials: undefined,
    unlocked: false,
    vaultRequests: 0,
  };
  const stopLoading = loadCredentials(state, env);
  const { fetch } = connectApp(state, home);
  const isTls = env.OP_HTTPS_PORT !== undefined;
  const port = Number(env.OP_HTTPS_PORT ?? env.OP_HTTP_PORT ?? 8080);
  const { server, address } = await listen(
    fetch,
    bind,
    port,
    isTls ? certificateOf(env) : undefined,
  );
  state.log("I", `1Password Connect API listening on ${bind}:${address.port}`);
  return {
    url: `${isTls ? "https" : "http"}://${bind.includes(":") ? `[${bind}]` : bind}:${address.port}`,
    port: address.port,
    async close() {
      stopLoading();
      await closeServer(server);
    },
  };
}

/** Tries until the credentials can be read; returns how to give up. */
function loadCredentials(state: ConnectState, env: ConnectOptions["env"]): () => void {
  const load = (): void => {
    try {
      state.credentials = readContainerCredentials(env);
      clearInterval(timer);
    } catch (error) {
      state.log("E", error instanceof Error ? error.message : "unknown");
    }
  };
  const timer = setInterval(load, retryMs);
  timer.unref();
  load();
  return () => clearInterval(timer);
}

const retryMs = 30_000;

type Server = ReturnType<typeof serve>;

function certificateOf({ OP_TLS_CERT_FILE = "", OP_TLS_KEY_FILE = "" }: ConnectOptions["env"]) {
  return { cert: readFileSync(OP_TLS_CERT_FILE), key: readFileSync(OP_TLS_KEY_FILE) };
}

async function listen(
  fetch: Parameters<typeof serve>[0]["fetch"],
  hostname: string,
  port: number,
  certificate: ReturnType<typeof certificateOf> | undefined,
): Promise<{ server: Server; address: AddressInfo }> {
  return await new Promise((resolve, reject) => {
    const tls = certificate && { createServer, serverOptions: certificate };
    const options = { fetch, hostname, port, ...tls };
    const server = serve(options, (address) => resolve({ server, address }));
    server.once("error", reject);
  });
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if ("closeAllConnections" in server) server.closeAllConnections();
  await closed;
}
