import { ConnectError, type ConnectErrorCode, defined, isConnectError } from "@opconnect/core";
import { openSource, parseStoreConfig } from "@opconnect/provision";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { isOutOfSight } from "../cluster/target.ts";
import type { Check } from "../crud.ts";
import { diffProperties, hasUnknown, type Properties, staysInPlace } from "../property-diff.ts";
import { sayOnce } from "../warn-once.ts";
import { from, placeKeys, targetOf } from "./inputs.ts";
import { type DeliveryTarget, noReceipt } from "./target.ts";

/**
 * Looks at preview already which version of the secret there is, and what the place holds; reads no
 * value. A runner that cannot look keeps what is there, and says so.
 */
export const check: Check = async (olds, news, roles) => {
  const version = await versionOf(olds, news);
  if (isConnectError(version)) return failure(news, "from", version);
  const inputs = { ...news, version };
  const place = Object.fromEntries(placeKeys.map((key) => [key, news[key]]));
  if (hasUnknown(place)) return { inputs };
  const isOurs = staysInPlace(olds, news, roles);
  try {
    if (news.kind === "secretsManager") parseStoreConfig(news.store);
    const target = targetOf(news);
    const holder = typeof news.holder === "string" ? news.holder : undefined;
    const found = await target.look(holder, isOurs);
    if (found === "another's") return failure(news, "to", taken(target));
    if (!isOurs) return { inputs };
    return { inputs: { ...inputs, receipt: found === "nothing" ? noReceipt : found.receipt } };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    const isHidden = isOutOfSight(error);
    if (stopping.has(error.code) && !isHidden) return failure(news, "to", error);
    // An identity that only previews may know no more: what it cannot see is taken to be as it was.
    if (!isHidden && !error.code.endsWith("_ACCESS_DENIED")) {
      sayOnce(`${error.message} Until then, what was delivered is taken for what it was.`);
    }
    return { inputs: isOurs ? { ...inputs, ...defined({ receipt: olds.receipt }) } : inputs };
  }
};

/** Refusals that no other runner would lift. */
const stopping: ReadonlySet<ConnectErrorCode> = new Set<ConnectErrorCode>([
  "ARGUMENT_INVALID",
  "CLUSTER_CONFIG_INVALID",
  "CLUSTER_MISMATCH",
  "CLUSTER_SECRET_FOREIGN",
  "CLUSTER_STATE_LOST",
  "CLUSTER_UNREACHABLE",
]);

/** Refusals of what the program says, which another runner would get too. */
const wrong: ReadonlySet<ConnectErrorCode> = new Set<ConnectErrorCode>([
  "SECRET_REFERENCE_INVALID",
  "SECRET_FIELD_INVALID",
  "OP_AMBIGUOUS_NAME",
]);

/**
 * Which version there is; where this runner cannot look, that of the state, or one that is not known
 * yet: only so does an update plan take what is found in the end. What does not show an item may not
 * have access to it: that is an error of a first delivery only.
 */
async function versionOf(olds: Properties, news: Properties): Promise<string | ConnectError> {
  if (hasUnknown(news.from)) return unknownValue;
  const isSame = !diffProperties(olds, news, { updates: ["from"] }).changes;
  const known = isSame && typeof olds.version === "string" ? olds.version : undefined;
  try {
    return await openSource(from.parse(news.from)).version();
  } catch (error) {
    if (!isConnectError(error)) throw error;
    if (wrong.has(error.code)) return error;
    if (known === undefined && error.code === "OP_NOT_FOUND") return error;
    const then =
      known === undefined
        ? "A runner that can read the secret has to run the update."
        : "Until then, what was delivered stays as it is.";
    const line = `${error.message} ${then}`;
    const isOfItem = error.code === "OP_NOT_FOUND";
    sayOnce(line, isOfItem ? line : `delivery ${error.code} ${known === undefined}`);
    return known ?? unknownValue;
  }
}

export function taken({ words }: DeliveryTarget): ConnectError {
  return new ConnectError(
    "DELIVERY_TAKEN",
    `There is ${words.place} already, which this resource has not delivered.`,
    `Choose another name, or delete it if nothing needs it: ${words.freeing}.`,
  );
}

function failure(inputs: Properties, property: string, error: ConnectError) {
  return { inputs, failures: [{ property, reason: error.message }] };
}
