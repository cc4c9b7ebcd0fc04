import type { SecretDescription } from "../store/contract/credential-store.ts";
import { decodeStoreTags } from "../store/contract/value-tags.ts";
import { attempt, type Finding } from "./attempt.ts";
import type { PreflightResult } from "./preflight-result.ts";

/** How long before its end a token is warned about. */
const marginDays = 14;

/**
 * Does each Connect token still live long enough? By the tags of the store, which were checked
 * against the token when it was stored.
 */
export async function checkTokenExpiry(
  descriptions: ReadonlyMap<string, SecretDescription>,
  now: Date,
): Promise<readonly PreflightResult[]> {
  const results: PreflightResult[] = [];
  for (const [subject, { tags }] of descriptions) {
    // The credentials file has no token id.
    if (tags["opconnect:token-id"] === undefined) continue;
    results.push(
      await attempt({ check: "token-expiry", subject }, async () =>
        judge(decodeStoreTags(tags).expiresAt, now),
      ),
    );
  }
  return results;
}

function judge(expiresAt: Date | undefined, now: Date): Finding {
  if (expiresAt === undefined) return { status: "ok", happened: "The token does not expire." };
  const days = (expiresAt.getTime() - now.getTime()) / 86_400_000;
  const at = expiresAt.toISOString();
  const remedy =
    "Rotate it: `opconnect rotate`, or `pulumi up` where `rotateAfter` is set to less than its life time.";
  if (days <= 0) return { status: "failed", happened: `The token expired at ${at}.`, remedy };
  const happened = `The token expires at ${at}, in ${Math.floor(days)} days.`;
  return days <= marginDays ? { status: "warning", happened, remedy } : { status: "ok", happened };
}
