import { ConnectError, encodeCredentialsFile, fingerprint } from "@opconnect/core";
import { storeConfigSchema } from "@opconnect/provision";
import { z } from "zod";
import type { Work } from "../crud.ts";
import { systemsOf } from "../outside-systems.ts";
import { clusterSchema, connectSame } from "./target.ts";

const inputsSchema = clusterSchema.extend({
  namespace: z.string(),
  name: z.string(),
  key: z.string(),
  store: storeConfigSchema,
  secretId: z.string(),
  fingerprint: z.string(),
  chartVersion: z.string().optional(),
});

/** `content` is the SHA-256 of what the Secret holds: the value as the chart wants it. */
const stateSchema = inputsSchema.extend({ content: z.string() });

type Inputs = z.infer<typeof inputsSchema>;

/** What a `ClusterSecret` does in the cluster. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const content = await write(inputs);
    return { id: `${inputs.namespace}/${inputs.name}`, outs: { ...inputs, content } };
  },

  async update(_id, _olds, news) {
    const inputs = inputsSchema.parse(news);
    const content = await write(inputs);
    return { outs: { ...inputs, content } };
  },

  /** Content that was altered shows as another fingerprint, which the next update puts right. */
  async read(_id, properties) {
    const state = stateSchema.parse(properties);
    const found = await (await connectSame(state)).readSecret(state);
    if (found === undefined) return undefined;
    const altered = found.fingerprint ?? "none";
    return altered === state.content ? properties : { ...properties, fingerprint: altered };
  },

  async delete(_id, state) {
    const inputs = inputsSchema.parse(state);
    await (await connectSame(inputs)).deleteSecret(inputs);
  },
};

/** Returns the SHA-256 of what the Secret holds. */
async function write(inputs: Inputs): Promise<string> {
  const cluster = await connectSame(inputs);
  const stored = await systemsOf(inputs).store.read(inputs.secretId);
  if (stored === undefined || fingerprint(stored.value) !== inputs.fingerprint) {
    throw new ConnectError(
      "STORE_CONTENT_INVALID",
      `The secret ${inputs.secretId} does not hold the value that was stored in it for ${inputs.namespace}/${inputs.name}.`,
      "Somebody has changed it: raise `revision` to have a new one minted, or put the old value back.",
    );
  }
  const value =
    inputs.chartVersion === undefined
      ? stored.value
      : encodeCredentialsFile(stored.value, inputs.chartVersion);
  const annotations = { "opconnect/fingerprint": inputs.fingerprint };
  await cluster.applySecret({ ...inputs, value, labels: {}, annotations });
  return fingerprint(value);
}
