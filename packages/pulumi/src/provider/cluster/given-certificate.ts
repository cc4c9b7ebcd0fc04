import { isConnectError } from "@opconnect/core";
import { z } from "zod";
import type { Check, Work } from "../crud.ts";
import { hasUnknown, type Properties } from "../property-diff.ts";
import { clusterSchema, connectSame, isOutOfSight } from "./target.ts";

const inputsSchema = clusterSchema.extend({
  namespace: z.string(),
  name: z.string(),
  host: z.string(),
});

/**
 * Looks at preview already when the certificate was written last, and adds it to the inputs as
 * `written`: another one shows as a change. Reads no value.
 */
export const check: Check = async (olds, news) => {
  const { written: _, ...inputs } = news;
  const before = olds.written === undefined ? {} : { written: olds.written };
  const { success, data: place } = inputsSchema.safeParse(inputs);
  if (!success || hasUnknown(inputsSchema.parse(inputs))) return { inputs };
  try {
    const written = await (await connectSame(place)).certificates.findGiven(place);
    // What is made beside it in the same program is waited for.
    return { inputs: written === undefined ? inputs : { ...inputs, written } };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    if (error.code === "CLUSTER_ACCESS_DENIED" || isOutOfSight(error))
      return { inputs: { ...inputs, ...before } };
    return { inputs, failures: [{ property: "name", reason: error.message }] };
  }
};

/** What a `GivenCertificate` finds out in the cluster: it owns nothing. */
export const work: Work = {
  async create(properties) {
    const { namespace, name } = inputsSchema.parse(properties);
    return { id: `${namespace}/${name}`, outs: await read(properties) };
  },

  async update(_id, _olds, news) {
    return { outs: await read(news) };
  },
};

async function read(properties: Properties): Promise<Properties> {
  const inputs = inputsSchema.parse(properties);
  const { certificates } = await connectSame(inputs);
  const { certificate, fingerprint, expiresAt } = await certificates.awaitGiven(inputs);
  // As a preview will find it: one that was waited for had been nowhere yet.
  const written = await certificates.findGiven(inputs);
  const outs = { certificate, fingerprint, expiresAt: expiresAt.toISOString() };
  return { ...inputs, written, ...outs };
}
