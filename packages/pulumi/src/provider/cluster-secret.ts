import { ConnectError, encodeCredentialsFile, fingerprint } from "@opconnect/core";
import { connectCluster } from "@opconnect/provision";
import { z } from "zod";
import { clusterAccess, requireSameCluster } from "./cluster-target.ts";
import type { Properties, Work } from "./crud.ts";
import { systems } from "./systems.ts";

const inputsSchema = z.object({
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  clusterUid: z.string(),
  namespace: z.string(),
  name: z.string(),
  key: z.string(),
  secretArn: z.string(),
  fingerprint: z.string(),
  chartVersion: z.string().optional(),
});

type Inputs = z.infer<typeof inputsSchema>;

/** What a `ClusterSecret` does in the cluster. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    await write(inputs);
    return { id: `${inputs.namespace}/${inputs.name}`, outs: inputs };
  },

  async update(_id, _olds, news) {
    const inputs = inputsSchema.parse(news);
    await write(inputs);
    return { outs: inputs };
  },

  async delete(_id, state) {
    const inputs = inputsSchema.parse(state);
    await (await connect(inputs)).deleteSecret(inputs);
  },
};

async function write(inputs: Inputs): Promise<void> {
  const cluster = await connect(inputs);
  const stored = await systems.store.read(inputs.secretArn);
  if (stored === undefined || fingerprint(stored.value) !== inputs.fingerprint) {
    throw new ConnectError(
      "STORE_CONTENT_INVALID",
      `The secret ${inputs.secretArn} does not hold the value that was stored in it for ${inputs.namespace}/${inputs.name}.`,
      "Somebody has changed it: raise `revision` to have a new one minted, or put the old value back.",
    );
  }
  const value =
    inputs.chartVersion === undefined
      ? stored.value
      : encodeCredentialsFile(stored.value, inputs.chartVersion);
  const annotations = { "opconnect/fingerprint": inputs.fingerprint };
  await cluster.applySecret({ ...inputs, value, labels: {}, annotations });
}

/** Connects, and makes sure that it is still the cluster that the environment lives on. */
async function connect(properties: Properties & { readonly clusterUid: string }) {
  const cluster = await connectCluster(clusterAccess(properties));
  requireSameCluster(properties.clusterUid, await cluster.uid());
  return cluster;
}
