import { join } from "node:path";
import { ConnectError, hasCode, isConnectError } from "@opconnect/core";
import { type AccessKey, accessKeyOf, oneTimePasswordField } from "../item/access-key.ts";
import { cacheLabel } from "../item/cache.ts";
import { fetchItem, inVault, type ReadItem } from "../item/op-item.ts";
import { runOp } from "../op/run-op.ts";
import { type AwsSession, lastsFor } from "../session/credentials.ts";
import { digest } from "../session/digest.ts";
import type { SessionRequest } from "../session/request.ts";
import { readClockNote, writeClockNote } from "../state/clock-note.ts";
import { openStateFolder, requestKey } from "../state/folder.ts";
import { clearLastError } from "../state/last-error.ts";
import { requestSession, type StsRequest } from "../sts/request-session.ts";
import { nextOneTimePassword } from "./one-time-password.ts";
import {
  type CacheContent,
  readSessionCache,
  type SessionSurroundings,
  writeSessionCache,
} from "./session-cache.ts";
import { type RenewalOutcome, takeTurn } from "./turn.ts";

/** What a new session is made of. */
interface Renewal {
  readonly request: SessionRequest;
  readonly item: ReadItem;
  /** Folder of the item's notes. */
  readonly folder: string;
  readonly surroundings: SessionSurroundings;
}

/**
 * Gets a new session, or the one that another process got meanwhile: of all the processes that ask
 * for an item's sessions at once, one at a time asks STS.
 */
export async function renewSession(
  request: SessionRequest,
  cached: CacheContent,
  surroundings: SessionSurroundings,
): Promise<AwsSession> {
  const readAnew = () => fetchItem({ ...request, fresh: true }, surroundings);
  let item = cached.item ?? (await readAnew());
  // What is missing in the item is said at once, without waiting for another process.
  accessKeyOf(item, request);
  const key = requestKey(request, JSON.stringify([cacheLabel(request), request.mfa]));
  const folder = join(await openStateFolder(surroundings.env), digest(item.id));
  for (;;) {
    const turn = await takeTurn(folder, surroundings);
    if (turn.kind === "over") {
      const { outcome } = turn;
      // What another process tried in vain for the same request need not be tried once more.
      if (outcome.kind === "failed" && outcome.request === key) {
        throw new ConnectError(outcome.code, outcome.happened, outcome.remedy);
      }
      if (outcome.kind !== "renewed" || request.cache === "none") continue;
      const renewed = await readSessionCache(request, surroundings, readAnew);
      const fresh = await ifFresh(renewed.session, request, surroundings);
      if (fresh !== undefined) return fresh;
      item = renewed.item ?? item;
      continue;
    }
    let outcome: RenewalOutcome = { kind: "abandoned" };
    try {
      // Another process's turn may have ended after we had looked.
      if (turn.previousEnd >= item.readAt) {
        const latest = await readSessionCache(request, surroundings, readAnew);
        const fresh = await ifFresh(latest.session, request, surroundings);
        if (fresh !== undefined) {
          outcome = { kind: "renewed" };
          return fresh;
        }
        item = latest.item ?? (await readAnew());
      }
      const session = await renew({ request, item, folder, surroundings });
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

/** The session, if it lasts by the clock of AWS, as far as this machine knows that. */
async function ifFresh(
  session: AwsSession | undefined,
  { marginSeconds }: SessionRequest,
  { env }: SessionSurroundings,
): Promise<AwsSession | undefined> {
  if (session === undefined) return undefined;
  const seconds = marginSeconds + (await readClockNote(env));
  return lastsFor(session, seconds, new Date()) ? session : undefined;
}

async function renew(renewal: Renewal): Promise<AwsSession> {
  const { request, item, surroundings } = renewal;
  const { region, endpoint, role, durationSeconds } = request;
  const accessKey = accessKeyOf(item, request);
  const own = { region, endpoint, credentials: accessKey, role, durationSeconds };
  const session =
    role !== undefined && request.mfa === "session"
      ? await ask({ ...own, credentials: await userSession(renewal) }, surroundings)
      : await withOneTimePassword(accessKey, renewal, (oneTimePassword) =>
          ask({ ...own, oneTimePassword }, surroundings),
        );
  await keep(session, renewal);
  return session;
}

/** The session that a role is assumed with: the cached one of the same item, or a new one. */
async function userSession(renewal: Renewal): Promise<AwsSession> {
  const request = { ...renewal.request, role: undefined, durationSeconds: undefined };
  const read = async () => renewal.item;
  const { session } = await readSessionCache(request, renewal.surroundings, read);
  const fresh = await ifFresh(session, request, renewal.surroundings);
  return fresh ?? (await renew({ ...renewal, request }));
}

/** AWS takes a code once, and it may have been used: then the next one is waited for, once. */
async function withOneTimePassword(
  { mfa }: AccessKey,
  renewal: Renewal,
  work: (oneTimePassword: StsRequest["oneTimePassword"]) => Promise<AwsSession>,
): Promise<AwsSession> {
  if (mfa === undefined) return await work(undefined);
  const { item, folder, surroundings } = renewal;
  const { signal, warn } = surroundings;
  const next = async (code: string | undefined) => {
    const known = code === undefined ? undefined : { code, at: item.readAt };
    const fetch = () => fetchCode(renewal);
    return {
      serial: mfa.serial,
      code: await nextOneTimePassword({ folder, signal, fetch, known }),
    };
  };
  const first = await next(mfa.code);
  try {
    return await work(first);
  } catch (error) {
    if (!hasCode(error, "AWS_OTP_REFUSED")) throw error;
    warn("AWS refuses the one-time password, which may have been used: waiting for the next.");
    return await work(await next(undefined));
  }
}

/** With the item comes the code of the right field; older versions of `op` print it only by itself. */
async function fetchCode({ request, item, surroundings }: Renewal): Promise<string> {
  const { id, vaultId } = item;
  const found = await fetchItem({ item: id, vault: vaultId, fresh: true }, surroundings);
  const { totp } = oneTimePasswordField(found, request.fields);
  if (totp !== undefined) return totp;
  const purpose = "read the one-time password";
  const call = { args: ["item", "get", id, ...inVault(vaultId), "--otp"], purpose, fresh: true };
  return (await runOp(call, surroundings)).trim().split("\n").at(-1)?.trim() ?? "";
}

async function ask(request: StsRequest, surroundings: SessionSurroundings): Promise<AwsSession> {
  const { env, warn } = surroundings;
  const { answer, clockBehindSeconds } = await requestSession(request, surroundings);
  await writeClockNote(env, clockBehindSeconds);
  const seconds = Math.abs(clockBehindSeconds);
  if (seconds >= 20) {
    const direction = clockBehindSeconds > 0 ? "slow" : "fast";
    warn(`This machine's clock is ${seconds} seconds ${direction}; set it right.`);
  }
  return answer;
}

/**
 * A session that cannot be kept is still good for the one who asked, also where the time is over:
 * only a person or a program that ends this process gets none.
 */
async function keep(session: AwsSession, { request, item, surroundings }: Renewal): Promise<void> {
  const { signal, warn } = surroundings;
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    const writing = writeSessionCache(request, item, session, surroundings);
    const write = await Promise.race([writing, ended]);
    if (write?.overtook === undefined) return;
    const { from, to } = write.overtook;
    warn(
      `The item "${write.title}" was changed by somebody else while the session was stored (version ${from} became ${to}): look into its history in 1Password for a change that is lost.`,
    );
  } catch (error) {
    if (signal.aborted && !isConnectError(signal.reason)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    warn(`The session is not kept, so the next call needs a one-time password again: ${reason}`);
  }
}
