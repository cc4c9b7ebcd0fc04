import { diffProperties, type Properties, type PropertyRoles } from "../property-diff.ts";

/**
 * A diff that also compares state with what `check` found: another version of the secret, and at the
 * place something else than what was delivered. What it could not see is as it was.
 */
export function diffDelivered(roles: PropertyRoles) {
  return (olds: Properties, news: Properties) => {
    const { version = olds.version, receipt = olds.receipt } = news;
    return diffProperties(olds, { ...news, version, receipt }, roles);
  };
}
