import { cacheLabel, editItem, withoutValues } from "../item/item-cache.ts";
import { fetchItem, type OpItem } from "../item/op-item.ts";
import type { OpSettings } from "../op/run-op.ts";
import { readAwsConfig } from "../profile/aws-files.ts";
import { profileRequests } from "../profile/profile-request.ts";
import {
  type OptionValues,
  parseSessionRequest,
  type SessionRequest,
} from "../session/session-request.ts";

/** `opconnect aws-credentials clear`: of one item, or of all that profiles use. */
export async function clearSessions(values: OptionValues): Promise<void> {
  const requests =
    values.item === undefined ? await requestsOfProfiles() : [parseSessionRequest(values)];
  if (requests.length === 0) {
    process.stderr.write("No profile uses opconnect aws-credentials: nothing to clear.\n");
  }
  const signal = AbortSignal.timeout(120_000);
  for (const request of requests) {
    const { account, item } = request;
    const settings = {
      environment: process.env,
      signal,
      ...(account === undefined ? {} : { account }),
    };
    const count = await clearRequest(request, settings);
    const what = count === 0 ? "No session" : count === 1 ? "1 session" : `${count} sessions`;
    process.stderr.write(`${what} of "${item}" dropped (${request.cache}).\n`);
  }
}

async function requestsOfProfiles(): Promise<readonly SessionRequest[]> {
  const { text } = await readAwsConfig(process.env);
  const requests = profileRequests(text).flatMap(({ request }) => request ?? []);
  const unique = new Map(requests.map((request) => [JSON.stringify(request), request]));
  return [...unique.values()];
}

async function clearRequest(request: SessionRequest, settings: OpSettings): Promise<number> {
  if (request.cache === "keychain") return await clearKeychain(request);
  if (request.cache === "none") return 0;
  const { item, vault, rewriteItem, fields } = request;
  const query = { item, ...(vault === undefined ? {} : { vault }), fresh: true };
  const { id } = await fetchItem(query, settings);
  let count = 0;
  const edit = (found: OpItem) => {
    const labels = sessionLabels(found, fields.sessionCache);
    count = labels.length;
    return count === 0 ? undefined : withoutValues(found, labels);
  };
  await editItem(id, edit, { rewriteItem, settings });
  return count;
}

/** The sessions of roles are kept under the same label with more words behind it. */
function sessionLabels(item: OpItem, base: string): readonly string[] {
  const labels = item.fields
    .filter(({ label, value }) => value && (label === base || label.startsWith(`${base} `)))
    .map(({ label }) => label);
  return [...new Set(labels)];
}

async function clearKeychain(request: SessionRequest): Promise<number> {
  const { openKeychain } = await import("../renewal/keychain.ts");
  const { requestKey } = await import("../state/state-folder.ts");
  const keychain = openKeychain();
  const { role: _, ...own } = request;
  let count = 0;
  for (const label of new Set([cacheLabel(request), cacheLabel(own)])) {
    const name = requestKey(request, label);
    if ((await keychain.read(name)) === undefined) continue;
    await keychain.remove(name);
    count += 1;
  }
  return count;
}
