import { counted } from "@opconnect/core/counted";
import { patient } from "@opconnect/provision/patient";
import { say } from "../../terminal/say.ts";
import { readAwsConfig } from "../profile/aws-files.ts";
import { profileRequests } from "../profile/requests.ts";
import { clearCache } from "../renewal/clear-cache.ts";
import { type OptionValues, parseSessionRequest, type SessionRequest } from "../session/request.ts";

/** `opconnect aws-credentials clear`: of one item, or of all that profiles use. */
export async function clearSessions(values: OptionValues): Promise<void> {
  const requests =
    values.item === undefined
      ? await requestsOfProfiles()
      : [parseSessionRequest(values, process.env)];
  if (requests.length === 0) say("No profile uses opconnect aws-credentials: nothing to clear.");
  const signal = AbortSignal.timeout(120_000);
  for (const request of requests) {
    const { account, item, cache } = request;
    const waiting = "Waiting for `op`: 1Password may be asking for a confirmation …";
    const settings = { account, env: process.env, signal };
    const count = await patient(waiting, () => clearCache(request, settings));
    say(
      `${count === 0 ? "No session" : counted(count, "session")} of "${item}" dropped (${cache}).`,
    );
  }
}

async function requestsOfProfiles(): Promise<readonly SessionRequest[]> {
  const { text } = await readAwsConfig(process.env);
  const requests = profileRequests(text, process.env).flatMap(({ request }) => request ?? []);
  return [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()];
}
