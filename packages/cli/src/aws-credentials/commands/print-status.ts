import { patient } from "@opconnect/provision/patient";
import { awsCredentialsStatusOutput } from "../../terminal/output/aws-credentials-status.ts";
import { print } from "../../terminal/output/print.ts";
import { renderJson } from "../../terminal/output/render-json.ts";
import { say } from "../../terminal/say.ts";
import { renderTable } from "../../terminal/table.ts";
import { readAwsConfig } from "../profile/aws-files.ts";
import { sayPluginAliases } from "../profile/plugin-alias.ts";
import { type ProfileRequest, profileRequests } from "../profile/requests.ts";
import { readSessionCache } from "../renewal/session-cache.ts";
import { lastsFor } from "../session/credentials.ts";
import { readLastError } from "../state/last-error.ts";

/** How the session of a profile that uses us is doing. Never secret. */
interface SessionStatus {
  readonly item?: string;
  readonly cache?: string;
  /** `"valid"`, `"expired"` or `"none"`, or why that cannot be said. */
  readonly session: string;
  /** End of a session, ISO 8601. */
  readonly expires?: string | undefined;
  readonly lastError?: string | undefined;
}

/** A profile, and the one it takes its credentials from. */
interface ProfileStatus extends SessionStatus, Pick<ProfileRequest, "profile" | "source"> {}

export async function printStatus({ json }: { readonly json?: boolean }): Promise<void> {
  const signal = AbortSignal.timeout(120_000);
  const config = await readAwsConfig(process.env);
  const bySource = new Map<string, SessionStatus>();
  const statuses: ProfileStatus[] = [];
  for (const { profile, source, ...asked } of profileRequests(config.text, process.env)) {
    const status =
      bySource.get(source) ?? (await patient(waiting, () => sessionStatus(asked, signal)));
    bySource.set(source, status);
    statuses.push({ profile, source, ...status });
  }
  if (json) print(renderJson(awsCredentialsStatusOutput, statuses));
  else if (statuses.length > 0) print(renderStatuses(statuses));
  else say(`No profile in ${config.path} uses opconnect aws-credentials.`);
  await sayPluginAliases(process.env);
  if (statuses.some(({ session }) => !plainStates.includes(session))) process.exitCode = 1;
}

const waiting = "Waiting for `op`: 1Password may be asking for a confirmation …";

const plainStates: readonly string[] = ["valid", "expired", "none"];

async function sessionStatus(
  { request, problem = "unknown" }: Pick<ProfileRequest, "request" | "problem">,
  signal: AbortSignal,
): Promise<SessionStatus> {
  if (request === undefined) return { session: problem };
  const { item, cache, account } = request;
  const last = await readLastError(request, process.env);
  const lastError = last && `${last.at} ${last.message}`;
  const status = (session: string, expires?: string) =>
    ({ session, item, cache, expires, lastError }) satisfies SessionStatus;
  try {
    const { session } = await readSessionCache(request, { account, env: process.env, signal });
    if (session === undefined) return status("none");
    const state = lastsFor(session, 0, new Date()) ? "valid" : "expired";
    return status(state, session.expiration.toISOString());
  } catch (error) {
    return status(error instanceof Error ? error.message : String(error));
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
  return renderTable(["PROFILE", "ITEM", "CACHE", "SESSION", "LAST ERROR"], rows);
}
