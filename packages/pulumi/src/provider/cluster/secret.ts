import {
  ConnectError,
  fingerprint,
  isConnectError,
  isOnlyHolder,
  parseCredentialsFile,
} from "@opconnect/core";
import { storeConfigSchema } from "@opconnect/provision";
import { z } from "zod";
import type { Check, Work } from "../crud.ts";
import { systemsOf } from "../outside-systems.ts";
import { hasUnknown, type Properties } from "../property-diff.ts";
import { sayOnce } from "../warn-once.ts";
import { whoHasIt } from "../who-has-it.ts";
import { requireNamespace, takesOver } from "./check-namespace.ts";
import { refuseMoved } from "./refuse-moved.ts";
import {
  clusterSchema,
  connectFormer,
  connectSame,
  isOutOfSight,
  unlessUnreachable,
} from "./target.ts";

const placeSchema = clusterSchema.extend({ namespace: z.string(), name: z.string() });

const inputsSchema = placeSchema.extend({
  key: z.string(),
  store: storeConfigSchema,
  secretId: z.string(),
  fingerprint: z.string(),
  base64Key: z.string().optional(),
  /** None in the state of a release that noted no holders. */
  holder: z.string().optional(),
});

/**
 * `content` is the SHA-256 of what the Secret holds under `key`: the value, or in the state of a
 * release that wrote one key only, what the chart wanted.
 */
const stateSchema = inputsSchema.extend({ content: z.string(), claim: z.string().optional() });

type Place = z.infer<typeof placeSchema>;
type Inputs = z.infer<typeof inputsSchema>;

/**
 * Looks at preview already whether the cluster has the Secret that the state knows, or one of its
 * name that is somebody else's. Reads no value.
 */
export const check: Check = async (olds, news) => {
  const { kubeconfig, context, clusterUid, namespace, name } = news;
  const place = { kubeconfig, context, clusterUid, namespace, name };
  const inputs = isOfOneKey(olds) ? news : { ...news, hasBothKeys: true };
  if (hasUnknown(place)) return { inputs };
  try {
    const drift = await findDrift(placeSchema.parse(place), olds, news);
    return { inputs: drift === undefined ? inputs : { ...inputs, drift } };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    // An identity that only previews may know no more: what it cannot see is taken to be as it was.
    if (error.code === "CLUSTER_ACCESS_DENIED" || isOutOfSight(error)) return { inputs };
    return { inputs, failures: [{ property: "name", reason: error.message }] };
  }
};

/** Whether a former release has written a credentials file, under one key. */
function isOfOneKey(olds: Properties): boolean {
  return typeof olds.chartVersion === "string";
}

async function findDrift(
  place: Place,
  olds: Properties,
  { holder }: Properties,
): Promise<string | undefined> {
  const cluster = await connectSame(place);
  if (Object.keys(olds).length === 0 && typeof holder === "string" && takesOver()) {
    await refuseMoved(cluster, { ...place, holder });
  }
  const found = await cluster.findSecret(place);
  if (Object.keys(olds).length > 0) inState.add(holder);
  else if (!inState.has(holder)) sayLost(place, found?.annotations ?? {}, holder);
  const known = inputsSchema.safeParse(olds);
  if (!known.success || !isSamePlace(known.data, place)) return undefined;
  await requireNamespace(cluster, known.data.namespace);
  if (found === undefined) return "the Secret is gone";
  return found.fingerprint === known.data.fingerprint
    ? undefined
    : "the Secret is of another value";
}

/** Holders that the state has: of one that replaces another, the engine passes on no state. */
const inState = new Set<unknown>();

/**
 * At what the state lost of a deployment the Kubernetes provider stops, and says neither why nor what
 * to do. A creation that was cut short looks the same here, and goes on by itself.
 */
function sayLost({ namespace, name }: Place, annotations: Tags, holder: unknown): void {
  const isOurs = isOnlyHolder("object", annotations, z.string().optional().parse(holder));
  if (!isOurs || takesOver()) return;
  sayOnce(
    `The cluster has the Secret ${namespace}/${name} of this environment, and the state does not know of it. If the update stops at what "already exists", the state was lost in part: set PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true and PULUMI_K8S_ENABLE_PATCH_FORCE=true for one \`pulumi up\`, which takes over what is there.`,
  );
}

type Tags = Readonly<Record<string, string>>;

function isSamePlace(one: Place, other: Place): boolean {
  return one.namespace === other.namespace && one.name === other.name;
}

/** What a `ClusterSecret` does in the cluster. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const written = await write(inputs, inputs.holder);
    const outs = { ...inputs, ...written, hasBothKeys: true };
    return { id: `${inputs.namespace}/${inputs.name}`, outs };
  },

  async update(_id, olds, news) {
    const inputs = inputsSchema.parse(news);
    const { holder: former, claim } = stateSchema.parse(olds);
    const holder = former && inputs.holder;
    const written = await write(inputs, holder, claim);
    return { outs: { ...inputs, holder, ...written, hasBothKeys: true } };
  },

  /** Content that was altered shows as another fingerprint, which the next update puts right. */
  async read(_id, properties) {
    const state = stateSchema.parse(properties);
    const found = await (await connectSame(state)).readSecret(state);
    if (found === undefined) return undefined;
    const altered = found.fingerprint ?? "none";
    return altered === state.content ? properties : { ...properties, fingerprint: altered };
  },

  async delete(id, properties) {
    const state = stateSchema.parse(properties);
    await unlessUnreachable(async () => {
      const fate = await (await connectFormer(state)).deleteSecret(state, state);
      if (fate.outcome === "kept") sayOnce(`The Secret ${id} stays: ${whoHasIt(fate.others)}.`);
    });
  },
};

/** Returns what the state says of the Secret that was written. */
async function write(inputs: Inputs, holder: string | undefined, claim?: string | undefined) {
  const cluster = await connectSame(inputs);
  const { value } = await systemsOf(inputs).store.read(inputs.secretId);
  if (value === undefined || fingerprint(value) !== inputs.fingerprint) {
    throw new ConnectError(
      "STORE_CONTENT_INVALID",
      `The secret ${inputs.secretId} does not hold the value that was stored in it for ${inputs.namespace}/${inputs.name}.`,
      "Somebody has changed it: raise `revision` to have a new one minted, or put the old value back.",
    );
  }
  if (inputs.base64Key !== undefined) parseCredentialsFile(value);
  const annotations = { "opconnect/fingerprint": inputs.fingerprint };
  const hold = holder === undefined ? undefined : { holder, claim };
  const written = await cluster.applySecret({ ...inputs, value, labels: {}, annotations, hold });
  return { content: fingerprint(value), claim: written.claim };
}
