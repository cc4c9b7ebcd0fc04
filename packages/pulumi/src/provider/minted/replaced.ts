import type * as pulumi from "@pulumi/pulumi";
import type { Properties } from "../property-diff.ts";
import { sayOnce } from "../warn-once.ts";

/** Ids of what is replaced in this run, by the holders of what takes their place. */
const replaced = new Map<unknown, string>();

/**
 * A diff that notes what has to be replaced: the engine does not tell the creation of the next one
 * what it is to take the place of, but it asks for both in one process.
 * @param idProperty The state's property that holds the id.
 */
export function notingReplaced(
  diff: (olds: Properties, news: Properties) => pulumi.dynamic.DiffResult,
  idProperty: string,
) {
  return (olds: Properties, news: Properties) => {
    const result = diff(olds, news);
    const id = olds[idProperty];
    if (!result.replaces?.length || typeof id !== "string") return result;
    replaced.set(news.holder, id);
    if (news.usedIn === "unseen") sayUnseen(id);
    return result;
  };
}

/** What uses the former one, and until when, no update sees. */
export function sayUnseen(id: string): void {
  sayOnce(
    `${id} is replaced, and is not deleted with that: commit what is written, wait until the cluster runs with the new one, and then run \`opconnect mint\`, which deletes the former one.`,
    `unseen ${id}`,
  );
}

/** Id of the one whose place is taken; none if it is the first. */
export function replacedBy(holder: string | undefined): string | undefined {
  return holder === undefined ? undefined : replaced.get(holder);
}
