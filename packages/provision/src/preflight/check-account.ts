import { ConnectError } from "@opconnect/core";
import { attempt } from "./attempt.ts";
import type { PreflightSystems } from "./preflight-environment.ts";
import type { PreflightResult } from "./preflight-result.ts";

/**
 * Is it the environment's account? Only to be asked once somebody is signed in: `op whoami` never
 * signs in by itself.
 * @param expected Id or sign-in address; `undefined` if nothing tells.
 */
export function checkAccount(
  expected: string | undefined,
  { op }: PreflightSystems,
): Promise<PreflightResult> {
  return attempt({ check: "op-account" }, async () => {
    const { id, url } = await op.whoami();
    if (expected === undefined) {
      const happened = `The account is ${url} (${id}); nothing says yet which one the environment belongs to.`;
      return { status: "ok", happened };
    }
    if ([id, url].some((name) => name.toLowerCase() === addressOf(expected))) {
      return { status: "ok", happened: `The account is ${url} (${id}), the environment's.` };
    }
    throw new ConnectError(
      "OP_WRONG_ACCOUNT",
      `\`op\` is signed in to ${url} (${id}), and the environment belongs to ${expected}.`,
      `Sign in to that account, or choose it: \`export OP_ACCOUNT=${expected}\`.`,
    );
  });
}

function addressOf(account: string): string {
  return account
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/$/, "");
}
