import { ConnectError } from "@opconnect/core";
import { patiently } from "../../process/patient.ts";
import type { ClusterSecretName } from "../api.ts";
import { dataKeys } from "../secret/metadata.ts";
import { askAgain } from "./ask-again.ts";
import { type ItemApi, isReady, itemPathKey, problemOf } from "./object.ts";
import { readBoth } from "./observe.ts";

/** A Secret of an item that something needs. */
export interface NeededSecret extends ClusterSecretName {
  /** Keys that it has to have. */
  readonly keys: readonly string[];
  /** {@link ArrivedSecret.source} of the item that it was made of before, if the path is another now. */
  readonly formerSource?: string | undefined;
}

/** What there is to know of the Secret of an item without its values. */
export interface ArrivedSecret {
  /** Its keys, in order. */
  readonly keys: readonly string[];
  /** Version of the item in 1Password. */
  readonly version: string;
  /** Path of the item, by ids. */
  readonly source: string;
}

/** How long is waited, and how often it is looked at and the operator asked to try again. */
export interface ArrivalPatience {
  readonly limitMs?: number;
  readonly pollMs?: number;
  readonly askMs?: number;
}

/**
 * Waits until the operator has written the Secret of an item, with the keys that it needs. Reads no
 * value: which keys there are stands in the metadata, by who set them.
 * @throws `CLUSTER_ITEM_NOT_READY` with what the operator says: after five minutes, and sooner where
 * 1Password has no such item, or the item has no field for a key.
 */
export async function awaitArrival(
  api: Pick<ItemApi, "readItem" | "patchItem" | "readSecretMetadata">,
  needed: NeededSecret,
  { limitMs = 300_000, pollMs = 1_000, askMs = 5_000 }: ArrivalPatience = {},
): Promise<ArrivedSecret> {
  const until = performance.now() + limitMs;
  let askAt = performance.now() + askMs;
  const pause = patiently(`Waiting for the Secret ${needed.namespace}/${needed.name} …`);
  for (let looks = 1; ; looks += 1) {
    const { object, secret } = await readBoth(api, needed);
    const arrived = secret && arrivedOf(secret);
    const problem = object === undefined ? "the OnePasswordItem is gone" : problemOf(object);
    const isWritten = arrived !== undefined && object !== undefined && isReady(object);
    const missing = needed.keys.filter((key) => !arrived?.keys.includes(key));
    // What the operator said of a former path stands there for a moment still.
    const isSettled = looks > settledLooks;
    const isNew = arrived?.source !== needed.formerSource || isSettled;
    if (isWritten && missing.length === 0 && isNew) return arrived;
    const isHopeless = isSettled && (isWritten || isUnknown(problem));
    if (isHopeless || performance.now() > until) {
      throw notReady(needed, isWritten ? { has: arrived.keys, missing } : { problem });
    }
    if (problem !== "" && performance.now() >= askAt) {
      await askAgain(api, needed);
      askAt = performance.now() + askMs;
    }
    await pause(pollMs);
  }
}

const settledLooks = 10;

function arrivedOf(
  secret: NonNullable<Awaited<ReturnType<typeof readBoth>>["secret"]>,
): ArrivedSecret | undefined {
  const source = secret.annotations[itemPathKey];
  if (!source) return undefined;
  const version = secret.annotations["operator.1password.io/item-version"] ?? "";
  return { keys: dataKeys(secret), version, source };
}

/** The words of the operator 1.8 to 1.12 for a vault or item that is not there. */
function isUnknown(problem: string): boolean {
  return /no (vaults|items) found/i.test(problem);
}

function notReady(
  { namespace, name, keys }: NeededSecret,
  found:
    | { readonly problem: string }
    | { readonly has: readonly string[]; readonly missing: readonly string[] },
): ConnectError {
  const secret = `The Secret ${namespace}/${name}`;
  if ("problem" in found) {
    const said = found.problem === "" ? "has said nothing" : `says: ${found.problem.trim()}`;
    return new ConnectError(
      "CLUSTER_ITEM_NOT_READY",
      `${secret} is not there${keys.length > 0 ? ` with ${keys.join(", ")}` : ""}. The operator ${said}`,
      "Mend what the operator complains of, in 1Password or with its token's vaults, then run again: it goes on from here.",
    );
  }
  return new ConnectError(
    "CLUSTER_ITEM_NOT_READY",
    `${secret} lacks ${found.missing.join(", ")}; it has ${found.has.join(", ") || "no keys"}.`,
    "Give the item in 1Password a field of that label with a value, or correct `keys`, then run again: it goes on from here.",
  );
}
