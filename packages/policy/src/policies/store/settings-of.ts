import { type KnownRecord, recordAt } from "../../rule/known.ts";
import type { RuleResource } from "../../rule/rule.ts";
import { ownType } from "../own-types.ts";

/** How a secret of the credential store is kept; nothing if it is none of AWS Secrets Manager. */
export function secretsManagerSettings({ type, props }: RuleResource): KnownRecord | undefined {
  if (type !== ownType("CredentialSecret")) return undefined;
  const store = recordAt(props, "store");
  return store.kind === "secrets-manager" ? store : undefined;
}
