import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { oneAtATime } from "./one-at-a-time.ts";

const put = (SecretId: string) => ({ action: "PutSecretValue", input: { SecretId } });

/** How many requests moto has at once where these are sent together. */
async function mostAtOnce(requests: readonly ReturnType<typeof put>[]): Promise<number> {
  let [now, most] = [0, 0];
  const answer = oneAtATime(() => undefined);
  const ask = async () => {
    now += 1;
    most = Math.max(most, now);
    await setTimeout(5);
    now -= 1;
    return { status: 200, text: "{}" };
  };
  await Promise.all(requests.map(async (request) => (await answer(request, ask)) ?? ask()));
  return most;
}

test("writes to one secret reach moto one after the other", async () => {
  expect(await mostAtOnce([put("one"), put("one"), put("one")])).toBe(1);
});

test("writes to several secrets, and reads, do not wait for each other", async () => {
  expect(await mostAtOnce([put("one"), put("other")])).toBe(2);
  const read = { action: "GetSecretValue", input: { SecretId: "one" } };
  expect(await mostAtOnce([put("one"), read, read])).toBe(3);
});
