import { counted } from "@opconnect/core/counted";
import { say } from "../../terminal/say.ts";
import { cacheLabel, editItem, withoutValues } from "../item/cache.ts";
import { fetchItem, type OpItem } from "../item/op-item.ts";
import type { OpSettings } from "../op/run-op.ts";
import { readAwsConfig } from "../profile/aws-files.ts";
import { profileRequests } from "../profile/requests.ts";
import { keychainEntry } from "../renewal/session-cache.ts";
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
    const count = await clearCache(request, { account, env: process.env, signal });
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

async function clearCache(request: SessionRequest, settings: OpSettings): Promise<number> {
  switch (request.cache) {
    case "none":
      return 0;
    case "item":
      return await clearItem(request, settings);
    case "keychain":
      return await clearKeychain(request);
  }
}

async function clearItem(
  { item, vault, rewriteItem, fields: { sessionCache } }: SessionRequest,
  settings: OpSettings,
): Promise<number> {
  const read = await fetchItem({ item, vault, fresh: true }, settings);
  const cleared = new Set<string>();
  const edit = (found: OpItem) => {
    for (const { label, value } of found.fields) {
      // The sessions of roles are kept under the same label with more words behind it.
      const isOurs = label === sessionCache || label.startsWith(`${sessionCache} `);
      if (isOurs && value) cleared.add(label);
    }
    return cleared.size === 0 ? undefined : withoutValues(found, [...cleared]);
  };
  await editItem(read, edit, { rewriteItem, settings });
  return cleared.size;
}

async function clearKeychain(request: SessionRequest): Promise<number> {
  const labels = new Set([request, { ...request, role: undefined }].map(cacheLabel));
  let count = 0;
  for (const label of labels) {
    const { keychain, name } = await keychainEntry(request, label);
    if ((await keychain.read(name)) === undefined) continue;
    await keychain.remove(name);
    count += 1;
  }
  return count;
}
