import { Output, output } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { checkArgs } from "../input/check-args.ts";
import { tokenSchema } from "./connect-token.ts";

const token = {
  name: "acme-prod-ci",
  consumer: "ci",
  serverId: "a".repeat(26),
  vaults: [],
  secretId: "age:opconnect/acme/prod/ci-token",
};

/** The value of an Output, and nothing of its failure left unheard. */
async function knownValue(field: unknown): Promise<unknown> {
  if (!Output.isInstance(field)) return field;
  // biome-ignore lint/suspicious/noExplicitAny: what an Output is made of is not in its type.
  const checked: any = field;
  await Promise.allSettled([checked.isKnown, checked.isSecret, checked.allResources()]);
  return await checked.promise();
}

describe("a token that would expire before it is rotated", () => {
  const refusal = /"ci" has `rotateAfter: "90d"` and `expiresIn: "60d"`.*TOKEN_ROTATION_INVALID/;

  test("is refused at once", () => {
    const checking = () =>
      checkArgs(tokenSchema, { ...token, expiresIn: "60d", rotateAfter: "90d" });
    expect(checking).toThrow(refusal);
    checkArgs(tokenSchema, { ...token, expiresIn: "90d", rotateAfter: "60d" });
    checkArgs(tokenSchema, { ...token, rotateAfter: "90d" });
  });

  test.each([
    ["its life time", { expiresIn: output("60d"), rotateAfter: "90d" }],
    ["its age", { expiresIn: "60d", rotateAfter: output("90d") }],
    ["either", { expiresIn: output("60d"), rotateAfter: output("90d") }],
  ])("is refused once %s is known", async (_, life) => {
    const { expiresIn, rotateAfter } = checkArgs(tokenSchema, { ...token, ...life });
    const values = await Promise.allSettled([expiresIn, rotateAfter].map(knownValue));
    const reasons = values.map((value) => (value.status === "rejected" ? `${value.reason}` : ""));
    expect(reasons.join("")).toMatch(refusal);
  });
});
