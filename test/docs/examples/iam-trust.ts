import { z } from "zod";

const texts = z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat());
const tests = z.record(z.string(), texts);
const principalSchema = z.union([
  z.strictObject({ Federated: z.string() }),
  z.strictObject({ AWS: z.string() }),
]);

/** A trust policy, as far as those of examples go. What is not understood is refused, not ignored. */
export const trustPolicySchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.strictObject({
      Effect: z.literal("Allow"),
      Principal: principalSchema,
      Action: z.enum(["sts:AssumeRoleWithWebIdentity", "sts:AssumeRole"]),
      Condition: z.strictObject({ StringEquals: tests.default({}), StringLike: tests.default({}) }),
    }),
  ),
});

export type TrustPolicy = z.infer<typeof trustPolicySchema>;

/** Who asks for a role. */
export interface Caller {
  /** Host of the issuer of a web identity, or an account of AWS. */
  readonly principal: string;
  /** Condition keys, e.g. `gitlab.com:sub`, and their values. */
  readonly keys: Readonly<Record<string, string>>;
}

/**
 * Whether somebody gets a role: one of the statements allows it, all of whose conditions hold, each of
 * which one of its values fits. A key that the caller lacks fits nothing.
 */
export function mayAssume(policy: TrustPolicy, { principal, keys }: Caller): boolean {
  return policy.Statement.some(({ Principal, Action, Condition }) => {
    const isOfPrincipal =
      "AWS" in Principal
        ? Action === "sts:AssumeRole" && Principal.AWS === principal
        : Action === "sts:AssumeRoleWithWebIdentity" &&
          Principal.Federated.endsWith(`:oidc-provider/${principal}`);
    const { StringEquals, StringLike } = Condition;
    return (
      isOfPrincipal &&
      holds(StringEquals, keys, (value, wanted) => value === wanted) &&
      holds(StringLike, keys, isLike)
    );
  });
}

/** The caller whom claims of an issuer of web identities make. */
export function webIdentity(issuer: string, claims: Readonly<Record<string, string>>): Caller {
  const keys = Object.entries(claims).map(([name, value]) => [`${issuer}:${name}`, value]);
  return { principal: issuer, keys: Object.fromEntries(keys) };
}

function holds(
  conditions: z.infer<typeof tests>,
  keys: Caller["keys"],
  fits: (value: string, wanted: string) => boolean,
): boolean {
  return Object.entries(conditions).every(([key, wanted]) => {
    const value = keys[key];
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
