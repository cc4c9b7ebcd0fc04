import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isConnectError } from "@opconnect/core/connect-error";
import { isRecord } from "@opconnect/core/json";
import { cacheLabel } from "../item/cache.ts";
import type { SessionRequest } from "../session/request.ts";
import { openStateFolder, readState, requestKey, stateFolder, writeState } from "./folder.ts";

/** Notes a failure, but no secret, as no person sees the stderr of a helper that an SDK runs. */
export async function noteLastError(
  request: SessionRequest,
  error: unknown,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  // Only of our own errors do we know that they hold no secret.
  const message = isConnectError(error) ? error.message : "An unexpected error.";
  try {
    const folder = await openStateFolder(env);
    await writeState(errorPath(folder, request), { message, at: new Date().toISOString() });
  } catch {
    // The error itself is on its way to stderr.
  }
}

/** Forgets it, once there is a new session. */
export async function clearLastError(
  request: SessionRequest,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await rm(errorPath(stateFolder(env), request), { force: true }).catch(() => {});
}

/** The last failure since the last new session. */
export async function readLastError(request: SessionRequest, env: NodeJS.ProcessEnv) {
  const state = await readState(errorPath(stateFolder(env), request));
  if (!isRecord(state)) return undefined;
  const { message, at } = state;
  return typeof message === "string" && typeof at === "string" ? { message, at } : undefined;
}

function errorPath(folder: string, request: SessionRequest): string {
  return join(folder, `error-${requestKey(request, cacheLabel(request))}.json`);
}
