import { ConnectError } from "@opconnect/core";
import { type ClusterConnection, type ItemSync, isUnknownItem } from "@opconnect/provision";
import { patiently } from "@opconnect/provision/patient";
import { z } from "zod";
import type { Work } from "../crud.ts";
import { sayOnce } from "../warn-once.ts";
import { clusterSchema, connectSame } from "./target.ts";

const inputsSchema = clusterSchema.extend({
  credentials: z.string(),
  items: z.array(z.object({ namespace: z.string(), name: z.string() })),
});

/** How long the operator may take, and how often it is looked at and asked to try again. */
export interface SyncPatience {
  readonly limitMs?: number;
  readonly pollMs?: number;
  readonly askMs?: number;
}

/** What an `OperatorSync` waits for in the cluster. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    return { id: inputs.clusterUid, outs: inputs };
  },

  async update(_id, olds, news) {
    const inputs = inputsSchema.parse(news);
    const isNew = inputs.credentials !== olds.credentials;
    if (isNew) await waitForSync(inputs, await connectSame(inputs));
    return { outs: inputs };
  },
};

/**
 * Waits until the Secret of every item carries the label of the credentials. Passed over are items
 * that never had a Secret and, once no other is left, those that 1Password does not have: neither
 * is the credentials' fault. Where the operator failed it is asked to try again: Connect may refuse
 * a new token for half a minute and good requests at times, and the operator alone would let minutes
 * go by between its tries.
 * @throws `CLUSTER_SYNC_TIMED_OUT`, and what the cluster says if it cannot be asked.
 */
export async function waitForSync(
  { credentials, items }: Pick<z.infer<typeof inputsSchema>, "credentials" | "items">,
  cluster: Pick<ClusterConnection, "readItemSyncs" | "askAgain">,
  { limitMs = 300_000, pollMs = 1_000, askMs = 5_000 }: SyncPatience = {},
): Promise<void> {
  const until = performance.now() + limitMs;
  let askAt = performance.now() + askMs;
  let left: readonly ItemName[] = items;
  const pause = patiently("Waiting for the operator to sync with the new credentials …");
  for (let looks = 1; ; looks += 1) {
    const syncs = await cluster.readItemSyncs(left);
    const found = left.map(({ namespace, name }, at) => ({ namespace, name, sync: syncs[at] }));
    const lagging = found.filter(({ sync }) => isLagging(sync, credentials));
    left = lagging;
    const waitedFor = lagging.filter(({ sync }) => !isMissing(sync));
    // What the operator said before the credentials changed stands there for a moment still.
    if (lagging.length === 0 || (waitedFor.length === 0 && looks > settledLooks)) {
      for (const item of lagging) {
        sayOnce(`${nameOf(item)} was not waited for: ${item.sync?.problem}`);
      }
      return;
    }
    if (performance.now() > until) throw timedOut(lagging, limitMs);
    if (performance.now() >= askAt) {
      const failed = waitedFor.filter(({ sync }) => sync?.problem);
      await Promise.all(failed.map(cluster.askAgain));
      for (const item of failed) {
        const name = nameOf(item);
        sayOnce(`${name} is waited for: ${item.sync?.problem}`, `${name} is waited for`);
      }
      askAt = performance.now() + askMs;
    }
    await pause(pollMs);
  }
}

const settledLooks = 10;

interface ItemName {
  readonly namespace: string;
  readonly name: string;
}

interface LookedAt extends ItemName {
  readonly sync: ItemSync | undefined;
}

function isLagging(sync: ItemSync | undefined, credentials: string): boolean {
  if (sync?.secretLabels === undefined) return false;
  return sync.secretLabels["opconnect/credentials"] !== credentials;
}

function isMissing(sync: ItemSync | undefined): boolean {
  return isUnknownItem(sync?.problem ?? "");
}

function nameOf({ namespace, name }: LookedAt): string {
  return `The OnePasswordItem ${namespace}/${name}`;
}

function timedOut(lagging: readonly LookedAt[], limitMs: number): ConnectError {
  const lines = lagging.map((item) => {
    const problem = item.sync?.problem || "the operator has said nothing";
    return `${item.namespace}/${item.name} (${problem.replace(/\.$/, "")})`;
  });
  return new ConnectError(
    "CLUSTER_SYNC_TIMED_OUT",
    `Within ${Math.round(limitMs / 1000)} seconds the operator did not sync with the new credentials: ${lines.join(", ")}. The old Connect server and token were left alone.`,
    "Look at the operator's log and correct what it complains of, then run again: it goes on from here.",
  );
}
