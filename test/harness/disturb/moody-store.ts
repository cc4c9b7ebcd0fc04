import type { LocalServer } from "../../rig/processes/listen-locally.ts";
import {
  type AnswerStore,
  type AskStore,
  refusal,
  type StoreAnswer,
  type StoreRequest,
  startStoreProxy,
} from "../../rig/secrets-manager/store-proxy.ts";
import type { RigAccess } from "../rig-access.ts";
import { randomOf } from "./random.ts";

/**
 * Starts Secrets Manager on a bad day: now and then it asks to slow down, and what it reads may be
 * from before the last write for a while.
 * @param seed The same seed gives the same moods to the same requests.
 */
export async function startMoodyStore({ env }: RigAccess, seed: number): Promise<LocalServer> {
  return startStoreProxy(env.AWS_ENDPOINT_URL ?? "", moody(seed));
}

/** Less than a client waits for what it wrote itself. */
const lagMs = 1_000;

function moody(seed: number): AnswerStore {
  const random = randomOf(seed);
  const former = new Map<string, FormerAnswer>();

  /** Before a write: what is read of its secret, and the last list, as they are now. */
  async function remember({ input: { SecretId } }: StoreRequest, ask: AskStore): Promise<void> {
    const asked = [...former.values()].map(({ request }) => request);
    const list = asked.find(({ action }) => action === "ListSecrets");
    const described = { action: "DescribeSecret", input: { SecretId } };
    const reads = [...(list ? [list] : []), ...(SecretId === undefined ? [] : [described])];
    for (const request of reads) {
      // One that is still given has not been caught up with by then.
      if (isRecent(former.get(JSON.stringify(request)))) continue;
      const answer = await ask(request);
      if (answer.status === 200) former.set(JSON.stringify(request), { request, answer });
    }
    for (const known of former.values()) known.supersededAt ??= Date.now();
  }

  async function read(request: StoreRequest, ask: AskStore): Promise<StoreAnswer> {
    const key = JSON.stringify(request);
    const known = former.get(key);
    if (known !== undefined && isRecent(known) && random.below(2) === 0) return known.answer;
    const answer = await ask(request);
    former.set(key, { request, answer });
    return answer;
  }

  return async ({ isRetry, ...request }, ask) => {
    // Never twice the same: the SDK asks again, though not for ever.
    const isThrottled = random.below(10) === 0 && !isRetry;
    if (isThrottled) return refusal("ThrottlingException", "Rate exceeded");
    if (/^(Describe|Get|List)/.test(request.action)) return read(request, ask);
    await remember(request, ask);
    return ask(request);
  };
}

function isRecent(known: FormerAnswer | undefined): boolean {
  return Date.now() - (known?.supersededAt ?? 0) < lagMs;
}

interface FormerAnswer {
  readonly request: StoreRequest;
  readonly answer: StoreAnswer;
  supersededAt?: number;
}
