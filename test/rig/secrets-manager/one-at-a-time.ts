import PQueue from "p-queue";
import type { AnswerStore } from "./store-proxy.ts";

/**
 * Takes the writes to a secret one after the other, as Secrets Manager does: moto looks whether a
 * version is there and makes it in two steps, so that of two who write the same at once both may be
 * told that they did.
 */
export function oneAtATime(answer: AnswerStore): AnswerStore {
  const queues = new Map<unknown, PQueue>();
  return (request, ask) => {
    if (/^(Describe|Get|List)/.test(request.action)) return answer(request, ask);
    const { SecretId, Name } = request.input;
    const secret = SecretId ?? Name;
    const queue = queues.get(secret) ?? new PQueue({ concurrency: 1 });
    queues.set(secret, queue);
    return queue.add(async () => (await answer(request, ask)) ?? ask(request));
  };
}
