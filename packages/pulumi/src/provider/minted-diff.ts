import { isSameOnePasswordId } from "@opconnect/core/op-id";
import type { Properties } from "./crud.ts";
import { diffProperties, type PropertyRoles } from "./property-diff.ts";

/**
 * A diff that also compares state with what `check` found in the store: another server or token
 * takes its place, another version of the same, or a name of before, is put right.
 * @param idProperty The state's property that holds the id.
 */
export function diffMinted(roles: PropertyRoles, idProperty: string) {
  return (olds: Properties, news: Properties) => {
    const diff = diffProperties(olds, news, roles);
    const { id, versionId, name } = Object(news.stored);
    if (typeof id !== "string") return diff;
    if (!isSameOnePasswordId(id, String(olds[idProperty]))) {
      return { changes: true, replaces: [...diff.replaces, "stored"] };
    }
    const isAsRecorded = versionId === olds.versionId && name === undefined;
    return { ...diff, changes: diff.changes || !isAsRecorded };
  };
}
