import { defined, unlessCode } from "@opconnect/core";

/** Which part of a list is asked for, in the client's words; without any, all of it. */
export interface ListPart {
  readonly limit?: number;
  readonly _continue?: string;
}

interface ListAnswer<T> {
  /** Of metadata alone, the API server sends `null` where there is none. */
  readonly items: readonly T[] | null;
  /** The client knows where the next part begins as `_continue`, and not of kinds of others. */
  readonly metadata?: { readonly _continue?: string; readonly continue?: string };
}

/**
 * Gets a list part by part, so that no answer grows with what others have in a namespace. A list
 * that takes so long that the API server forgets it is got anew, in one.
 */
export async function listParts<T>(
  list: (part: ListPart) => Promise<ListAnswer<T>>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let next: string | undefined;
  do {
    const part = defined({ limit: 500, _continue: next });
    const answer = await unlessCode([410], () => list(part));
    if (answer === undefined) return (await list({})).items ?? [];
    all.push(...(answer.items ?? []));
    next = answer.metadata?._continue ?? answer.metadata?.continue;
  } while (next);
  return all;
}
