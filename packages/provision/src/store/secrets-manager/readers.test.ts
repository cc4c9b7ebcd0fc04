import { expect, test } from "vitest";
import { isSamePolicy, policyForReaders, principalPatterns } from "./readers.ts";

const secretId = "opconnect/acme/prod/credentials";
const role = "arn:aws:iam::123456789012:role/reader";
const foreign = { Sid: "Audit", Effect: "Deny", Principal: "*", Action: "*", Resource: "*" };
const statementsOf = (policy: string | undefined) => JSON.parse(policy ?? "{}").Statement;

test("all but the readers are denied the value, and nothing else", () => {
  const policy = JSON.parse(policyForReaders(undefined, [role], secretId) ?? "");
  expect(policy).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OpconnectReaders",
        Effect: "Deny",
        Principal: "*",
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
        Condition: { ArnNotLike: { "aws:PrincipalArn": [role] } },
      },
    ],
  });
});

test("statements of others stay when ours comes, changes and goes", () => {
  const before = JSON.stringify({ Version: "2012-10-17", Id: "acme", Statement: foreign });
  const first = policyForReaders(before, [role], secretId);
  const second = policyForReaders(first, ["arn:aws:iam::123456789012:role/other"], secretId);
  expect(statementsOf(second)).toHaveLength(2);
  expect(statementsOf(second)[0]).toEqual(foreign);
  expect(JSON.stringify(second)).not.toContain("role/reader");
  const after = JSON.stringify({ Version: "2012-10-17", Id: "acme", Statement: [foreign] });
  expect(isSamePolicy(policyForReaders(second, undefined, secretId), after)).toBe(true);
});

test("no policy is left where ours was the only statement", () => {
  const ours = policyForReaders(undefined, [role], secretId);
  expect(policyForReaders(ours, undefined, secretId)).toBeUndefined();
  expect(policyForReaders(undefined, undefined, secretId)).toBeUndefined();
});

test("the order of readers and of keys does not make another policy", () => {
  const one = policyForReaders(undefined, ["arn:a", "arn:b"], secretId);
  const other = policyForReaders(undefined, ["arn:b", "arn:a", "arn:b"], secretId);
  expect(isSamePolicy(one, other)).toBe(true);
  expect(isSamePolicy('{"a":1,"b":[{"c":2,"d":3}]}', '{"b":[{"d":3,"c":2}],"a":1}')).toBe(true);
  expect(isSamePolicy(one, undefined)).toBe(false);
});

test.each(["no JSON", '"text"', '{"Statement":"none"}'])(
  "a policy that is none is refused: %s",
  (policy) => {
    expect(() => policyForReaders(policy, [role], secretId)).toThrow("STORE_CONTENT_INVALID");
  },
);

test("a session is let in by its role, whatever path the role has", () => {
  const session =
    "arn:aws-us-gov:sts::123456789012:assumed-role/AWSReservedSSO_admin_1f/me@acme.test";
  expect(principalPatterns(session)).toEqual([
    "arn:aws-us-gov:iam::123456789012:role/AWSReservedSSO_admin_1f",
    "arn:aws-us-gov:iam::123456789012:role/*/AWSReservedSSO_admin_1f",
  ]);
  expect(principalPatterns(role)).toEqual([role]);
});
