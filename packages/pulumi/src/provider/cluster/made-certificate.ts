import { defined, isConnectError } from "@opconnect/core";
import type { ClusterConnection } from "@opconnect/provision/cluster";
import { z } from "zod";
import type { Check, Work } from "../crud.ts";
import { hasUnknown, type Properties } from "../property-diff.ts";
import { sayOnce } from "../warn-once.ts";
import { whoHasIt } from "../who-has-it.ts";
import { takesOver } from "./check-namespace.ts";
import { refuseMoved } from "./refuse-moved.ts";
import {
  clusterSchema,
  connectFormer,
  connectSame,
  isOutOfSight,
  unlessUnreachable,
} from "./target.ts";

const placeSchema = clusterSchema.extend({
  namespace: z.string(),
  name: z.string(),
  trust: z.string(),
});

const inputsSchema = placeSchema.extend({ dnsNames: z.array(z.string()), holder: z.string() });

const stateSchema = inputsSchema.extend({ fingerprint: z.string(), claim: z.string().optional() });

type Place = z.infer<typeof placeSchema>;

/**
 * Looks at preview already whether another certificate is due, by the notes on its Secret, and adds to
 * the inputs why, as `renewal`. Of one that stays, outputs are added that a preview needs. Reads no value.
 */
export const check: Check = async (olds, news) => {
  const { renewal: _, ...inputs } = news;
  const { success, data: place } = placeSchema.safeParse(inputs);
  if (!success || hasUnknown(placeSchema.parse(inputs))) return { inputs };
  try {
    const cluster = await connectSame(place);
    return { inputs: { ...inputs, ...(await look(cluster, place, olds, inputs)) } };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    // An identity that only previews may know no more: what it cannot see is taken to be as it was.
    if (error.code === "CLUSTER_ACCESS_DENIED" || isOutOfSight(error)) return { inputs };
    return { inputs, failures: [{ property: "name", reason: error.message }] };
  }
};

async function look(
  cluster: ClusterConnection,
  { namespace, name, trust }: Place,
  olds: Properties,
  { holder, dnsNames }: Properties,
): Promise<Properties> {
  const isNew = Object.keys(olds).length === 0;
  if (isNew && typeof holder === "string" && takesOver()) {
    await refuseMoved(cluster, { namespace, name, holder });
  }
  const found = await cluster.certificates.find({ namespace, name, trust });
  // Of a new one, and of one that replaces another, the engine passes on nothing.
  const former = placeSchema.extend({ dnsNames: z.unknown() }).safeParse(olds).data;
  if (former?.namespace !== namespace || former.name !== name || former.trust !== trust) return {};
  if (found.renewal !== undefined) return { renewal: found.renewal };
  if (JSON.stringify(former.dnsNames) !== JSON.stringify(dnsNames)) return {};
  const { fingerprint, expiresAt } = found;
  return defined({ fingerprint, expiresAt: expiresAt?.toISOString() });
}

/** What a `MadeCertificate` does in the cluster. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    return { id: `${inputs.namespace}/${inputs.name}`, outs: await ensure(properties) };
  },

  async update(_id, olds, news) {
    return { outs: await ensure(news, stateSchema.parse(olds).claim) };
  },

  /** One that was altered shows as another fingerprint, and the next update makes a new one. */
  async read(_id, properties) {
    const state = stateSchema.parse(properties);
    const found = await (await connectSame(state)).certificates.observe(state);
    if (found === undefined) return undefined;
    return { ...properties, fingerprint: found.fingerprint };
  },

  async delete(_id, properties) {
    const state = stateSchema.parse(properties);
    await unlessUnreachable(async () => {
      const cluster = await connectFormer(state);
      for (const name of [state.name, state.trust]) {
        const place = { namespace: state.namespace, name };
        const fate = await cluster.deleteSecret(place, state);
        if (fate.outcome !== "kept") continue;
        sayOnce(`The Secret ${place.namespace}/${name} stays: ${whoHasIt(fate.others)}.`);
      }
    });
  },
};

/** Returns what the state says of the certificate: nothing of its key. */
async function ensure(properties: Properties, claim?: string | undefined): Promise<Properties> {
  const inputs = inputsSchema.parse(properties);
  const cluster = await connectSame(inputs);
  const hold = { holder: inputs.holder, claim };
  const made = await cluster.certificates.ensure({ ...inputs, hold });
  const { certificate, fingerprint, expiresAt } = made;
  const outs = { certificate, fingerprint, expiresAt: expiresAt.toISOString() };
  return { ...inputs, ...outs, claim: made.claim };
}
