import { ConnectError, isConnectError } from "@opconnect/core";
import { z } from "zod";
import type { Check } from "../../crud.ts";
import { hasUnknown, type Properties } from "../../property-diff.ts";
import { sayOnce } from "../../warn-once.ts";
import { clusterSchema, connectSame, isOutOfSight } from "../target.ts";
import { isOfEarlierRelease, recordedItem } from "./recorded.ts";

/**
 * Refuses a name that is taken in the cluster, and adds to the inputs of an item that the state has
 * what the diff goes by: `found`, what the cluster has of it. Reads no value of a Secret. A preview
 * is not held up where the cluster cannot be asked.
 */
export const check: Check = async (olds, news) => {
  const { found: _, ...inputs } = news;
  const failure = ["namespace", "name"].find((property) => misnamed(property, inputs[property]));
  if (failure !== undefined) {
    return {
      inputs,
      failures: [{ property: failure, reason: misnaming(failure, inputs[failure]) }],
    };
  }
  const observed = await observe(olds, inputs);
  if (observed === undefined) return { inputs };
  const isRecorded = isSamePlace(olds, inputs);
  // Its uid tells whose it is, and is not among the inputs of what an earlier release, or the last
  // update, made: the update goes by the state. So no other name of the stack is a hindrance.
  const isLeftToUpdate = isRecorded && (isOfEarlierRelease(olds) || isUntold(olds, observed));
  const refusal = isLeftToUpdate ? undefined : observed.refusal;
  if (refusal !== undefined) {
    return { inputs, failures: [{ property: "name", reason: refusal.message }] };
  }
  if (!isRecorded) return { inputs };
  const { known, claims } = observed;
  const drift = driftOf(observed, olds.itemPath);
  const found = { ...(known && { uid: known.uid }), claims, ...(drift && { drift }) };
  return { inputs: { ...inputs, found } };
};

const placeSchema = clusterSchema.extend({
  namespace: z.string(),
  name: z.string(),
  stack: z.string(),
  itemPath: z.string().optional(),
  adopt: z.boolean(),
});

/** What the cluster has, if it can be asked. */
async function observe(olds: Properties, inputs: Properties) {
  const { kubeconfig, context, clusterUid, namespace, name, stack, adopt } = inputs;
  const place = { kubeconfig, context, clusterUid, namespace, name, stack, adopt };
  if (hasUnknown(place)) return undefined;
  const itemPath = hasUnknown(inputs.itemPath) ? undefined : inputs.itemPath;
  const uid = uidFoundBefore(olds);
  try {
    const wanted = placeSchema.parse({ ...place, itemPath });
    return await (await connectSame(wanted)).observeItem({
      uid,
      ...wanted,
      itemPath: wanted.itemPath,
    });
  } catch (error) {
    if (!isConnectError(error)) throw error;
    if (isOutOfSight(error)) return undefined;
    const unasked = "The cluster could not be asked whose the Secrets of the items are.";
    sayOnce(`${unasked} ${error.message}`, unasked);
    return undefined;
  }
}

type Observed = NonNullable<Awaited<ReturnType<typeof observe>>>;

/** What is amiss with an item that the state has; the next update puts it right. */
function driftOf(
  { item, secret, namespace, known }: Observed,
  recordedPath: unknown,
): string | undefined {
  if (item === "leaving") return "the OnePasswordItem is being deleted";
  if (item !== "gone") {
    if (secret === "missing") return "the Secret is gone that the operator has written";
    const isAltered = known !== undefined && known.itemPath !== recordedPath;
    return isAltered ? "the OnePasswordItem names another item of 1Password" : undefined;
  }
  switch (namespace) {
    case "missing":
      return "the namespace is gone";
    case "leaving":
      return "the namespace is being deleted";
    default:
      return "the OnePasswordItem is gone";
  }
}

/** Whether nothing but its mark says that an item is another stack's. */
function isUntold(olds: Properties, { item }: Observed): boolean {
  return item === "foreign" && uidFoundBefore(olds) === undefined;
}

function uidFoundBefore(olds: Properties): string | undefined {
  return z.string().optional().safeParse(Object(olds.found).uid).data;
}

function isSamePlace(olds: Properties, news: Properties): boolean {
  const { namespace, name } = recordedItem(olds);
  return namespace === news.namespace && name === news.name;
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
function misnamed(property: string, value: unknown): boolean {
  if (hasUnknown(value)) return false;
  const [pattern, limit] = property === "name" ? [subdomain, 253] : [label, 63];
  return typeof value !== "string" || value.length > limit || !pattern.test(value);
}

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function misnaming(property: string, value: unknown): string {
  const of =
    property === "name" ? "The name of an item and its Secret" : "The namespace of an item";
  return new ConnectError(
    "ARGUMENT_INVALID",
    `${of} is ${JSON.stringify(value)}.`,
    "Use lower-case letters, digits and hyphens, with a letter or digit at both ends.",
  ).message;
}
