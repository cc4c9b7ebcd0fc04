import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { type Context, Hono, type Next } from "hono";
import { takeFailures } from "../injected-failure.ts";
import { type ConnectVariables, verifyBearer } from "./bearer-token.ts";
import { refuseNowAndThen } from "./connect-mood.ts";
import type { ConnectState } from "./connect-state.ts";
import { Refusal } from "./refusal.ts";
import { fileRoutes } from "./routes/files.ts";
import { connectVersion, health } from "./routes/health.ts";
import { itemRoutes } from "./routes/items.ts";
import { vaultRoutes } from "./routes/vaults.ts";

/** The whole HTTP surface of a Connect server. */
export function connectApp(state: ConnectState, home: string): Hono<ConnectVariables> {
  const app = new Hono<ConnectVariables>({ strict: false });
  app.use(async (context, next) => await serveRequest(state, context, next));
  app.use(async (context, next) => await strike(home, context, next));
  app.get("/heartbeat", (context) => context.text("."));
  app.get("/health", async (context) => {
    await unlockBy(state, context);
    return context.json(health(state));
  });
  app.get("/metrics", (context) => context.text(renderMetrics(state)));
  app.use("/v1/*", async (context, next) => {
    const scope = { request_id: context.var.requestId };
    const authorization = context.req.header("Authorization");
    context.set("access", await verifyBearer(state, authorization, scope));
    await next();
    recordActivity(state, context);
  });
  app.use("/v1/vaults/:vault/*", async (context, next) => {
    refuseNowAndThen(state, context.var.access, context.req.param("vault"));
    await next();
  });
  app.get("/v1/activity", (context) => listActivity(state, context));
  app.route("/v1/vaults", vaultRoutes());
  app.route("/v1/vaults", itemRoutes(state));
  app.route("/v1/vaults", fileRoutes(state));
  app.notFound((context) => context.text("404 page not found", 404));
  app.onError((error, context) => {
    const { status, message } = refusalFor(state, error);
    return context.json({ status, message }, status);
  });
  return app;
}

/** Clients look for this header to know what the server can do. [S] */
async function serveRequest(
  state: ConnectState,
  context: Context<ConnectVariables>,
  next: Next,
): Promise<void> {
  context.set("requestId", randomUUID());
  await next();
  context.header("1Password-Connect-Version", connectVersion);
  const { method, path } = context.req;
  state.log("I", `${method} ${path} (${context.res.status})`, {
    request_id: context.var.requestId,
    ...(context.var.access ? { jti: context.var.access.token.id } : {}),
  });
}

/** Lets injected failures strike. */
async function strike(
  home: string,
  context: Context<ConnectVariables>,
  next: Next,
): Promise<Response | undefined> {
  const failures = await takeFailures(home, `${context.req.method} ${context.req.path}`);
  for (const failure of failures) {
    if (failure.kind === "delay") await setTimeout(failure.delayMs);
    if (failure.kind === "status") {
      const { status, message } = failure;
      return Response.json({ status, message }, { status });
    }
  }
  await next();
  return undefined;
}

/** A bearer unlocks the server here too; a bad one is no error. [D] changelog 1.1.0 */
async function unlockBy(state: ConnectState, context: Context<ConnectVariables>): Promise<void> {
  const authorization = context.req.header("Authorization");
  if (authorization === undefined) return;
  const scope = { request_id: context.var.requestId };
  await verifyBearer(state, authorization, scope).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
}

function renderMetrics({ unlocked }: ConnectState): string {
  return [
    "# HELP op_connect_unlocked Whether a valid bearer token has been seen.",
    "# TYPE op_connect_unlocked gauge",
    `op_connect_unlocked ${unlocked ? 1 : 0}`,
    "",
  ].join("\n");
}

function recordActivity(state: ConnectState, context: Context<ConnectVariables>): void {
  const { account, token } = context.var.access;
  const [, , , vaultId, , itemId] = context.req.path.split("/");
  const result = context.res.ok ? "SUCCESS" : "DENY";
  const actor = {
    id: token.serverId,
    account: account.id,
    jti: token.id,
    userAgent: context.req.header("User-Agent") ?? "",
  };
  const action = actions[context.req.method] ?? "READ";
  state.activity.add({ action, result, actor, vaultId, itemId });
}

const actions: Readonly<Record<string, "CREATE" | "UPDATE" | "DELETE">> = {
  POST: "CREATE",
  PUT: "UPDATE",
  PATCH: "UPDATE",
  DELETE: "DELETE",
};

function listActivity({ activity }: ConnectState, context: Context<ConnectVariables>): Response {
  const offset = Number(context.req.query("offset") ?? 0);
  const limit = Number(context.req.query("limit") ?? 50);
  const { entries, total } = activity.list(offset, limit);
  const range = `${offset + 1}-${offset + entries.length}/${total}`;
  return context.json(entries, 200, { "Content-Range": range });
}

function refusalFor({ log }: ConnectState, error: Error): Refusal {
  if (error instanceof Refusal) return error;
  log("E", `Server: (${error.name})`);
  return new Refusal(500, "Something went wrong");
}
