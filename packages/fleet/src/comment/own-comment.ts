import { tryAgain } from "./try-again.ts";

/** The comments of a pull request or a merge request. */
export interface Conversation {
  /** Whose comments may be changed: what others wrote is not touched, though it bears the marker. */
  author(): Promise<string>;
  /** All of them, oldest first. */
  list(): AsyncIterable<ExistingComment>;
  create(body: string): Promise<void>;
  update(id: number, body: string): Promise<void>;
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
 * comment that was made, of which no answer came, is found instead of made twice.
 * @param waitMs How long to wait before each further attempt.
 * @throws `FLEET_COMMENT_DENIED`, `FLEET_COMMENT_FAILED`
 */
export async function putComment(
  conversation: Conversation,
  text: string,
  waitMs?: readonly number[],
): Promise<"created" | "updated" | "unchanged"> {
  const body = `${commentMarker}\n${text}`;
  return tryAgain(() => put(conversation, body), waitMs);
}

async function put(
  conversation: Conversation,
  body: string,
): Promise<"created" | "updated" | "unchanged"> {
  const author = await conversation.author();
  for await (const comment of conversation.list()) {
    if (comment.author !== author || !comment.body.startsWith(commentMarker)) continue;
    if (comment.body === body) return "unchanged";
    await conversation.update(comment.id, body);
    return "updated";
  }
  await conversation.create(body);
  return "created";
}
