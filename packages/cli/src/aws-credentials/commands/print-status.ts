import { renderTable } from "../../terminal/table.ts";
import { readAwsConfig } from "../profile/aws-files.ts";
import { findPluginAliases } from "../profile/plugin-alias.ts";
import { type ProfileRequest, profileRequests } from "../profile/profile-request.ts";
import { readSessionCache } from "../renewal/session-cache.ts";
import { lastsFor } from "../session/aws-session.ts";
import type { SessionRequest } from "../session/session-request.ts";
import { readLastError } from "../state/last-error.ts";

/** How a profile that uses us is doing. Never secret. */
export interface ProfileStatus {
  readonly profile: string;
  readonly source: string;
  readonly item?: string;
  readonly cache?: string;
  /** `"valid"`, `"expired"` or `"none"`, or why that cannot be said. */
  readonly session: string;
  /** End of a session, ISO 8601. */
  readonly expires?: string;
  readonly lastError?: string;
}

/** `opconnect aws-credentials status`. */
export async function printStatus(options: { readonly json?: boolean }): Promise<void> {
  const { environment, signal } = surroundings();
  const config = await readAwsConfig(environment);
  const profiles = profileRequests(config.text);
  const bySource = new Map<string, Promise<Partial<ProfileStatus>>>();
  const statuses: ProfileStatus[] = [];
  for (const each of profiles) {
    const known = bySource.get(each.source) ?? sessionStatus(each, { environment, signal });
    bySource.set(each.source, known);
    const { profile, source } = each;
    statuses.push({ profile, source, session: "none", ...(await known) });
  }
  if (options.json) process.stdout.write(`${JSON.stringify(statuses, undefined, 2)}\n`);
  else if (statuses.length > 0) process.stdout.write(renderStatuses(statuses));
  else process.stderr.write(`No profile in ${config.path} uses opconnect aws-credentials.\n`);
  for (const { path, line, command } of await findPluginAliases(environment)) {
    process.stderr.write(
      `${path}:${line} makes \`${command}\` run through \`op plugin\`, past the profile: remove that alias.\n`,
    );
  }
  if (statuses.some(({ session }) => !plainStates.has(session))) process.exitCode = 1;
}

const plainStates: ReadonlySet<string> = new Set(["valid", "expired", "none"]);

function surroundings() {
  return { environment: process.env, signal: AbortSignal.timeout(120_000) };
}

async function sessionStatus(
  { request, problem }: ProfileRequest,
  { environment, signal }: ReturnType<typeof surroundings>,
): Promise<Partial<ProfileStatus>> {
  if (request === undefined) return { session: problem ?? "unknown" };
  const { item, cache, account } = request;
  const lastError = await readLastError(request, environment);
  const settings = { environment, signal, ...(account === undefined ? {} : { account }) };
  return {
    item,
    cache,
    ...(await cacheStatus(request, settings)),
    ...(lastError === undefined ? {} : { lastError: `${lastError.at} ${lastError.message}` }),
  };
}

async function cacheStatus(
  request: SessionRequest,
  settings: Parameters<typeof readSessionCache>[1],
): Promise<Pick<ProfileStatus, "session" | "expires">> {
  try {
    const { session } = await readSessionCache(request, settings);
    if (session === undefined) return { session: "none" };
    const state = lastsFor(session, 0, new Date()) ? "valid" : "expired";
    return { session: state, expires: session.expiration.toISOString() };
  } catch (error) {
    return { session: error instanceof Error ? error.message : String(error) };
  }
}

function renderStatuses(statuses: readonly ProfileStatus[]): string {
  const rows = statuses.map(({ profile, source, item, cache, session, expires, lastError }) => [
    source === profile ? profile : `${profile} (by ${source})`,
    item ?? "-",
    cache ?? "-",
    expires === undefined ? session : `${session}, ${expires}`,
    lastError ?? "-",
  ]);
  return renderTable(["PROFILE", "ITEM", "CACHE", "SESSION", "LAST ERROR"], rows, process.stdout);
}
