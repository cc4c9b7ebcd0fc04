import { ConnectError } from "@opconnect/core";
import { patiently } from "../../process/patient.ts";
import type { ClusterSecretName } from "../api.ts";
import { dataKeys } from "../secret/metadata.ts";
import { askAgain } from "./ask-again.ts";
import { explainComplaint, isUnknownItem } from "./complaint.ts";
import { type ItemApi, isReady, operatorNotes, problemOf } from "./object.ts";
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
    const isHopeless = isSettled && (isWritten || isUnknownItem(problem));
    if (isHopeless || performance.now() > until) {
      if (isWritten) throw lacking(needed, arrived.keys, missing);
      throw notThere(needed, problem, object?.type);
    }
    // Of a field that was added meanwhile it would learn at its next poll only.
    if ((problem !== "" || isWritten) && performance.now() >= askAt) {
      await askAgain(api, needed);
      askAt = performance.now() + askMs;
    }
    await pause(pollMs);
  }
}

const settledLooks = 10;

/** What there is of the Secret of an item; `undefined` if the operator has written none. Reads no value. */
export async function observeArrival(
  api: Pick<ItemApi, "readItem" | "readSecretMetadata">,
  name: ClusterSecretName,
): Promise<ArrivedSecret | undefined> {
  const { secret } = await readBoth(api, name);
  return secret && arrivedOf(secret);
}

function arrivedOf(
  secret: NonNullable<Awaited<ReturnType<typeof readBoth>>["secret"]>,
): ArrivedSecret | undefined {
  const source = secret.annotations[operatorNotes.path];
  if (!source) return undefined;
  const version = secret.annotations[operatorNotes.version] ?? "";
  return { keys: dataKeys(secret), version, source };
}

function notThere(
  { namespace, name, keys }: NeededSecret,
  problem: string,
  type = "Opaque",
): ConnectError {
  const needed = keys.length > 0 ? ` with ${keys.join(", ")}` : "";
  const said = problem === "" ? "has said nothing" : `says: ${problem.trim()}`;
  const cause =
    problem === ""
      ? "Look whether it runs, and watches the namespace."
      : explainComplaint({ namespace, name, type, problem });
  return new ConnectError(
    "CLUSTER_ITEM_NOT_READY",
    `The Secret ${namespace}/${name} is not there${needed}. The operator ${said}`,
    `${cause} Then run again: it goes on from here.`,
  );
}

function lacking(
  { namespace, name }: NeededSecret,
  has: readonly string[],
  missing: readonly string[],
): ConnectError {
  return new ConnectError(
    "CLUSTER_ITEM_NOT_READY",
    `The Secret ${namespace}/${name} lacks ${missing.join(", ")}; it has ${has.join(", ") || "no keys"}.`,
    "Give the item in 1Password a field of that label with a value, or correct `keys`, then run again: it goes on from here.",
  );
}
