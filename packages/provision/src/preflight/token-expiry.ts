import { decodeStoreTags } from "../store/contract/value-tags.ts";
import type { StoreState } from "./check-store.ts";
import { type Finding, ok, type PreflightResult, runCheck } from "./result.ts";

/**
 * Does each Connect token still live long enough? By the tags of the store, which were checked
 * against the token when it was stored.
 */
export function checkTokenExpiry(
  descriptions: StoreState["descriptions"],
  now: Date,
): Promise<readonly PreflightResult[]> {
  // The credentials file has no token id.
  const tokens = [...descriptions].filter(([, { tags }]) => tags["opconnect:token-id"]);
  return Promise.all(
    tokens.map(([subject, { tags }]) =>
      runCheck({ check: "token-expiry", subject }, () =>
        judgeExpiry(decodeStoreTags(tags).expiresAt, now),
      ),
    ),
  );
}

/** Judges a token by its end; one without an end does not expire. */
export function judgeExpiry(expiresAt: Date | undefined, now: Date): Finding {
  if (expiresAt === undefined) return ok("The token does not expire.");
  const days = (expiresAt.getTime() - now.getTime()) / 86_400_000;
  const at = expiresAt.toISOString();
  const remedy =
    "Rotate it: `opconnect rotate`, or `pulumi up` where `rotateAfter` is set to less than its life time.";
  if (days <= 0) return { status: "failed", happened: `The token expired at ${at}.`, remedy };
  const happened = `The token expires at ${at}, in ${Math.floor(days)} days.`;
  return days <= marginDays ? { status: "warning", happened, remedy } : ok(happened);
}

/** How long before its end a token is warned about. */
const marginDays = 14;
