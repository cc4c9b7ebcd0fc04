import { tryAgain } from "./try-again.ts";

/** The comments of a pull request or a merge request. */
export interface Conversation {
  /** Whose comments may be changed: what others wrote is not touched, though it bears the marker. */
  author(): Promise<string>;
  /** All of them, oldest first. */
  list(): AsyncIterable<ExistingComment>;
  /** @returns its id */
  create(body: string): Promise<number>;
  update(id: number, body: string): Promise<void>;
  /** One that is gone already is no failure. */
  delete(id: number): Promise<void>;
}

/** A comment that is there. */
export interface ExistingComment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
}

/** First line of the comment of a fleet, by which it is found again. It cannot be seen. */
export const commentMarker = "<!-- opconnect fleet report -->";

/**
 * Puts the report into the one comment of the fleet: that which bears the marker and was written by
 * the same author, else a new one. What fails in passing is tried again from the start, so that a
 * comment that was made, of which no answer came, is found instead of made twice. Of runs that make
 * one each at the same moment the first one's stays, and says what was written last.
 * @param waitMs How long to wait before each further attempt.
 * @throws `FLEET_COMMENT_DENIED`, `FLEET_COMMENT_FAILED`
 */
export async function putComment(
  conversation: Conversation,
  text: string,
  waitMs?: readonly number[],
): Promise<Put> {
  const body = `${commentMarker}\n${text}`;
  return tryAgain(() => put(conversation, body), waitMs);
}

type Put = "created" | "updated" | "unchanged";

async function put(conversation: Conversation, body: string): Promise<Put> {
  const author = await conversation.author();
  const before = await listOwn(conversation, author);
  if (before.length > 0) return keepFirst(conversation, before, body);
  const made = await conversation.create(body);
  const after = await listOwn(conversation, author);
  const kept = await keepFirst(conversation, after, body);
  return after[0] === undefined || after[0].id === made ? "created" : kept;
}

async function listOwn(
  conversation: Conversation,
  author: string,
): Promise<readonly ExistingComment[]> {
  const own: ExistingComment[] = [];
  for await (const comment of conversation.list()) {
    if (comment.author === author && comment.body.startsWith(commentMarker)) own.push(comment);
  }
  return own.toSorted((one, another) => one.id - another.id);
}

/** Whoever looks keeps the same one, however many look at the same moment. */
async function keepFirst(
  conversation: Conversation,
  [first, ...others]: readonly ExistingComment[],
  body: string,
): Promise<Put> {
  const isSaid = first === undefined || first.body === body;
  if (!isSaid) await conversation.update(first.id, body);
  for (const { id } of others) await conversation.delete(id);
  return isSaid ? "unchanged" : "updated";
}
