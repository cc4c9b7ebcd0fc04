import { type ConnectTokenClaims, parseDurationSeconds, tokenMismatches } from "@opconnect/core";
import type { TokenRequest } from "./request.ts";

/** What keeps a token from being the one asked for, one sentence each. */
export function tokenMisfits(
  claims: ConnectTokenClaims,
  { serverId, vaults, expiresIn }: Pick<TokenRequest, "serverId" | "vaults" | "expiresIn">,
  now: Date,
): readonly string[] {
  return [
    ...tokenMismatches(claims, { serverId, vaults, now }),
    ...lifeTimeMisfits(claims, expiresIn),
  ];
}

/** Seconds by which 1Password's clock may round a life time. */
const toleranceSeconds = 300;

function lifeTimeMisfits(
  { issuedAt, expiresAt }: ConnectTokenClaims,
  expiresIn: string | undefined,
) {
  if (expiresIn === undefined) {
    return expiresAt === undefined ? [] : [`It expires, at ${expiresAt.toISOString()}.`];
  }
  if (expiresAt === undefined) return ["It never expires."];
  if (issuedAt === undefined) return [];
  const seconds = (expiresAt.getTime() - issuedAt.getTime()) / 1000;
  const isAsAsked = Math.abs(seconds - parseDurationSeconds(expiresIn)) <= toleranceSeconds;
  return isAsAsked ? [] : [`It lives ${Math.round(seconds)} seconds, not ${expiresIn}.`];
}
