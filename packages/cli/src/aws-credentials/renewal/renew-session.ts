import { join } from "node:path";
import { ConnectError, isConnectError } from "@opconnect/core";
import { type AccessKey, accessKeyOf, oneTimePasswordField } from "../item/access-key.ts";
import { cacheLabel, sessionOfItem } from "../item/item-cache.ts";
import { nextOneTimePassword } from "../item/one-time-password.ts";
import { fetchItem, type OpItem } from "../item/op-item.ts";
import { type ReadItem, readItem } from "../item/read-item.ts";
import { runOp } from "../op/run-op.ts";
import { type AwsSession, lastsFor } from "../session/aws-session.ts";
import type { SessionRequest } from "../session/session-request.ts";
import { clearLastError } from "../state/last-error.ts";
import { digest, openStateFolder, requestKey } from "../state/state-folder.ts";
import { requestSession } from "../sts/request-session.ts";
import { writeClockNote } from "./clock-note.ts";
import type { SessionSurroundings } from "./obtain-session.ts";
import { type RenewalOutcome, takeTurn } from "./renewal-turn.ts";
import { type CacheContent, readSessionCache, writeSessionCache } from "./session-cache.ts";

/**
 * Gets a new session, or the one that somebody else got meanwhile: of all the processes that ask
 * for an item's sessions at once, one at a time asks STS.
 */
export async function renewSession(
  request: SessionRequest,
  cached: CacheContent,
  surroundings: SessionSurroundings,
): Promise<AwsSession> {
  let item = cached.item ?? (await readItem(request, surroundings, true));
  // What is missing in the item is said at once, without waiting for anybody.
  accessKeyOf(item.content, request);
  const key = requestKey(request, JSON.stringify([cacheLabel(request), request.mfa]));
  const folder = join(await openStateFolder(surroundings.env), digest(item.content.id));
  for (;;) {
    const turn = await takeTurn(folder, surroundings);
    if (turn.kind === "over") {
      rethrowFailure(turn.outcome, key);
      if (turn.outcome.kind !== "renewed" || request.cache === "none") continue;
      const renewed = await readSessionCache(request, surroundings, true);
      if (renewed.session && isFresh(renewed.session, request)) return renewed.session;
      item = renewed.item ?? item;
      continue;
    }
    let outcome: RenewalOutcome = { kind: "abandoned" };
    try {
      // Somebody else's turn may have ended after we had looked.
      if (turn.previousEnd >= item.readAt) {
        const latest = await readSessionCache(request, surroundings, true);
        if (latest.session && isFresh(latest.session, request)) {
          outcome = { kind: "renewed" };
          return latest.session;
        }
        item = latest.item ?? (await readItem(request, surroundings, true));
      }
      const session = await renew(request, item, folder, surroundings);
      await clearLastError(request, surroundings.env);
      outcome = { kind: "renewed" };
      return session;
    } catch (error) {
      if (!surroundings.signal.aborted && isConnectError(error)) {
        const { code, happened, remedy } = error;
        outcome = { kind: "failed", request: key, code, happened, remedy };
      }
      throw error;
    } finally {
      await turn.end(outcome);
    }
  }
}

function isFresh(session: AwsSession, request: SessionRequest): boolean {
  return lastsFor(session, request.marginSeconds, new Date());
}

/** Whoever waited for the same in vain need not try it once more. */
function rethrowFailure(outcome: RenewalOutcome, key: string): void {
  if (outcome.kind !== "failed" || outcome.request !== key) return;
  throw new ConnectError(outcome.code, outcome.happened, outcome.remedy);
}

async function renew(
  request: SessionRequest,
  item: ReadItem,
  folder: string,
  surroundings: SessionSurroundings,
): Promise<AwsSession> {
  const accessKey = accessKeyOf(item.content, request);
  const { region, role, mfa, durationSeconds } = request;
  const duration = durationSeconds === undefined ? {} : { durationSeconds };
  const ask = { region, credentials: accessKey, ...duration };
  if (role !== undefined && mfa === "session") {
    const credentials = await userSession(request, item, folder, surroundings);
    const asked = requestSession({ ...ask, credentials, role }, surroundings);
    const session = await sessionOf(asked, surroundings);
    return await keep(request, item.content, session, surroundings);
  }
  const session = await withOneTimePassword(
    request,
    accessKey,
    item,
    folder,
    surroundings,
    (oneTimePassword) =>
      requestSession(
        {
          ...ask,
          ...(role === undefined ? {} : { role }),
          ...(oneTimePassword ? { oneTimePassword } : {}),
        },
        surroundings,
      ),
  );
  return await keep(request, item.content, session, surroundings);
}

/** The session that a role is assumed with: the cached one of the same item, or a new one. */
async function userSession(
  request: SessionRequest,
  item: ReadItem,
  folder: string,
  surroundings: SessionSurroundings,
): Promise<AwsSession> {
  const { role: _role, durationSeconds: _duration, ...own } = request;
  const cached =
    request.cache === "item"
      ? sessionOfItem(item.content, cacheLabel(own))
      : (await readSessionCache(own, surroundings)).session;
  if (cached !== undefined && isFresh(cached, own)) return cached;
  return await renew(own, item, folder, surroundings);
}

/** AWS takes a code once, and somebody else may have used it: then the next one is waited for, once. */
async function withOneTimePassword(
  request: SessionRequest,
  { mfa }: AccessKey,
  item: ReadItem,
  folder: string,
  surroundings: SessionSurroundings,
  ask: (
    oneTimePassword: { readonly serial: string; readonly code: string } | undefined,
  ) => ReturnType<typeof requestSession>,
): Promise<AwsSession> {
  if (mfa === undefined) return await sessionOf(ask(undefined), surroundings);
  const { id } = item.content;
  const nextCode = async (known?: string) => {
    const code = await nextOneTimePassword({
      folder,
      signal: surroundings.signal,
      fetch: () => fetchCode(request, id, surroundings),
      ...(known === undefined ? {} : { known: { code: known, at: item.readAt } }),
    });
    return { serial: mfa.serial, code };
  };
  const first = await nextCode(mfa.code);
  try {
    return await sessionOf(ask(first), surroundings);
  } catch (error) {
    if (!isConnectError(error) || error.code !== "AWS_OTP_REFUSED") throw error;
    surroundings.warn(
      "AWS refuses the one-time password, which may have been used: waiting for the next.",
    );
    return await sessionOf(ask(await nextCode()), surroundings);
  }
}

/** With the item comes the code of the right field; older versions of `op` print it only by itself. */
async function fetchCode(
  request: SessionRequest,
  itemId: string,
  surroundings: SessionSurroundings,
): Promise<string> {
  const item = await fetchItem({ item: itemId, fresh: true }, surroundings);
  const { totp } = oneTimePasswordField(item, request.fields);
  if (totp !== undefined) return totp;
  const purpose = "read the one-time password";
  const call = { args: ["item", "get", itemId, "--otp"], purpose, fresh: true };
  return (await runOp(call, surroundings)).trim().split("\n").at(-1)?.trim() ?? "";
}

async function sessionOf(
  asked: ReturnType<typeof requestSession>,
  { env, warn }: SessionSurroundings,
): Promise<AwsSession> {
  const { session, clockBehindSeconds } = await asked;
  await writeClockNote(env, clockBehindSeconds);
  if (Math.abs(clockBehindSeconds) >= 20) {
    const direction = clockBehindSeconds > 0 ? "slow" : "fast";
    warn(
      `This machine's clock is ${Math.abs(clockBehindSeconds)} seconds ${direction}; set it right.`,
    );
  }
  return session;
}

/** A session that cannot be kept is still good for whoever asked. */
async function keep(
  request: SessionRequest,
  item: OpItem,
  session: AwsSession,
  surroundings: SessionSurroundings,
): Promise<AwsSession> {
  try {
    const write = await writeSessionCache(request, item.id, session, surroundings);
    if (write?.overtook !== undefined) {
      const { from, to } = write.overtook;
      surroundings.warn(
        `The item "${write.title}" was changed by somebody else while the session was stored (version ${from} became ${to}): look into its history in 1Password for a change that is lost.`,
      );
    }
  } catch (error) {
    if (surroundings.signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    surroundings.warn(
      `The session is not kept, so the next call needs a one-time password again: ${reason}`,
    );
  }
  return session;
}
