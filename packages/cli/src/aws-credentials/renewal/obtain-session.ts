import { isConnectError } from "@opconnect/core/connect-error";
import type { ReadItem } from "../item/op-item.ts";
import { type AwsSession, lastsFor } from "../session/credentials.ts";
import type { SessionRequest } from "../session/request.ts";
import { readClockNote } from "../state/clock-note.ts";
import { readSessionCache, type SessionSurroundings } from "./session-cache.ts";

/**
 * The session that a request asks for: the one in its cache or, if that ends within the margin, a
 * new one. If renewing fails, the old one is handed out to its end.
 */
export async function obtainSession(
  request: SessionRequest,
  surroundings: SessionSurroundings & {
    /** The item, if it is being read already. */
    readonly reading?: Promise<ReadItem> | undefined;
  },
): Promise<AwsSession> {
  const { reading } = surroundings;
  const clockNote = readClockNote(surroundings.env);
  const cached = await readSessionCache(request, surroundings, reading && (() => reading));
  const { session } = cached;
  if (session !== undefined) {
    const marginSeconds = request.marginSeconds + (await clockNote);
    if (lastsFor(session, marginSeconds, new Date())) return session;
  }
  const { renewSession } = await import("./renew-session.ts");
  try {
    return await renewSession(request, cached, surroundings);
  } catch (error) {
    const { signal } = surroundings;
    const isEnded = signal.aborted && !isConnectError(signal.reason);
    if (isEnded || session === undefined) throw error;
    if (!lastsFor(session, await clockNote, new Date())) throw error;
    const cause: unknown = signal.aborted ? signal.reason : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const end = session.expiration.toISOString();
    surroundings.warn(`The session was not renewed and is used to its end at ${end}: ${reason}`);
    return session;
  }
}
