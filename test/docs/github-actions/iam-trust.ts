import { z } from "zod";

const texts = z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat());
const tests = z.record(z.string(), texts);

/** A trust policy, as far as those of the example go. What is not understood is refused, not ignored. */
export const trustPolicySchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.strictObject({
      Effect: z.literal("Allow"),
      Principal: z.strictObject({ Federated: z.string() }),
      Action: z.literal("sts:AssumeRoleWithWebIdentity"),
      Condition: z.strictObject({ StringEquals: tests.default({}), StringLike: tests.default({}) }),
    }),
  ),
});

export type TrustPolicy = z.infer<typeof trustPolicySchema>;

/** Claims of a token of GitHub's issuer. */
export type Claims = Readonly<Record<string, string>>;

const issuer = "token.actions.githubusercontent.com";

/**
 * Whether a token gets a role: one of the statements allows it, all of whose conditions hold, each of
 * which one of its values fits. A claim that the token lacks fits nothing.
 */
export function mayAssume(policy: TrustPolicy, claims: Claims): boolean {
  return policy.Statement.some(({ Principal, Condition }) => {
    const { StringEquals, StringLike } = Condition;
    return (
      Principal.Federated.endsWith(`:oidc-provider/${issuer}`) &&
      holds(StringEquals, claims, (value, wanted) => value === wanted) &&
      holds(StringLike, claims, isLike)
    );
  });
}

function holds(
  conditions: z.infer<typeof tests>,
  claims: Claims,
  fits: (value: string, wanted: string) => boolean,
): boolean {
  return Object.entries(conditions).every(([key, wanted]) => {
    const value = key.startsWith(`${issuer}:`) ? claims[key.slice(issuer.length + 1)] : undefined;
    return value !== undefined && wanted.some((each) => fits(value, each));
  });
}

/** `*` stands for any text, `?` for any character. */
function isLike(value: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(value);
}
