import { isRecord, parseJson } from "@opconnect/core/json";
import { findingIf, type ResourceRule, textOf } from "../../rule/rule.ts";
import { secretsManagerSettings } from "./settings-of.ts";

/** A principal that is anybody is anybody in any account. */
export const storeSecretNotPublic: ResourceRule = {
  name: "store-secret-not-public",
  description: "No secret is open to principals of every account.",
  looksAt:
    "`readers` of the store in AWS Secrets Manager, and the policies of `aws.secretsmanager.Secret` and `SecretPolicy`",
  fix: "Name the account and the role: `arn:aws:iam::123456789012:role/ci`.",
  level: "mandatory",
  checkResource(resource) {
    const { type, name, props } = resource;
    const settings = secretsManagerSettings(resource);
    if (settings !== undefined) {
      const readers = Array.isArray(settings.readers) ? settings.readers : [];
      const isOpen = readers.some((reader) =>
        /^arn:[^:]*:(iam|sts)::\*:/.test(textOf(reader) ?? ""),
      );
      return findingIf(isOpen, `Readers of the secret ${name} may be of any account.`);
    }
    if (!policyTypes.has(type)) return [];
    const isOpen = opensToAll(parseJson(textOf(props.policy) ?? ""));
    return findingIf(isOpen, `The policy of ${name} allows every principal.`);
  },
};

function opensToAll(policy: unknown): boolean {
  if (!isRecord(policy)) return false;
  return [policy.Statement ?? []].flat().some((statement: unknown) => {
    if (!isRecord(statement) || statement.Effect !== "Allow") return false;
    if (statement.NotPrincipal !== undefined) return true;
    return isEverybody(statement.Principal) && !isLimited(statement.Condition);
  });
}

function isEverybody(principal: unknown): boolean {
  if (principal === "*") return true;
  return isRecord(principal) && [principal.AWS ?? []].flat().includes("*");
}

/** Whether a condition ties the statement to an account, an organization or a principal. */
function isLimited(condition: unknown): boolean {
  if (!isRecord(condition)) return false;
  return Object.entries(condition).some(([operator, keys]) => {
    if (!/^((String|Arn)(Equals|Like))(IgnoreCase)?$/.test(operator) || !isRecord(keys))
      return false;
    return Object.entries(keys).some(
      ([key, values]) => limitingKeys.has(key.toLowerCase()) && ![values].flat().includes("*"),
    );
  });
}

const limitingKeys: ReadonlySet<string> = new Set([
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:sourceaccount",
  "aws:sourcearn",
]);

const policyTypes: ReadonlySet<string> = new Set([
  "aws:secretsmanager/secret:Secret",
  "aws:secretsmanager/secretPolicy:SecretPolicy",
]);
