import fc from "fast-check";
import { expect, test } from "vitest";
import { mark, secretsByForm, showsMark } from "./marked.ts";
import { target } from "./target.ts";
import { targets } from "./targets.ts";

// The short form of `npm run test:fuzz`.
test.each(targets)("$name: an answer or an error of ours, and no secret", async ({ property }) => {
  await fc.assert(property, { numRuns: 500 });
});

test.each(secretsByForm)("a failure is that %s is shown", async (secret) => {
  expect(showsMark(secret)).toBe(true);
  const leaky = target("leaky", fc.constant(secret), (text) => `No ${text}.`);
  expect(await fc.check(leaky.property)).toMatchObject({ failed: true });
});

test("a failure is that another error than ours is thrown", async () => {
  const broken = target("broken", fc.string(), (text) => JSON.parse(text));
  const { failed, errorInstance } = await fc.check(broken.property);
  expect([failed, errorInstance]).toEqual([true, expect.any(SyntaxError)]);
  expect(showsMark(`no ${mark.slice(1)}`)).toBe(false);
});
