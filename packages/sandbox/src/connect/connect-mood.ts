import { createHash } from "node:crypto";
import type { ConnectMood } from "../account/account.ts";
import { openAccountFile } from "../account/account-file.ts";
import type { Access } from "./bearer-token.ts";
import type { ConnectState } from "./connect-state.ts";
import { Refusal } from "./refusal.ts";

/** Makes Connect refuse good tokens from now on, as the real one does at times. */
export async function setConnectMood(home: string, mood: ConnectMood): Promise<void> {
  await openAccountFile(home).update((account) => {
    account.connectMood = mood;
  });
}

/**
 * Lets a request for a vault through, but for one now and then.
 * @throws Refusal 403 in the words of connect #82.
 */
export function refuseNowAndThen(state: ConnectState, { account }: Access, vaultId: string): void {
  const { refusesOneIn, seed } = account.connectMood;
  state.vaultRequests += 1;
  if (refusesOneIn === 0 || drawn(seed, state.vaultRequests) % refusesOneIn !== 0) return;
  throw new Refusal(403, `Authorization: token does not have access to vault ${vaultId}`);
}

// One that comes around regularly would always, or never, meet the same of a client's requests.
function drawn(seed: number, count: number): number {
  return createHash("sha256").update(`${seed} ${count}`).digest().readUInt32BE();
}
