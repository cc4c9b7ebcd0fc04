import { randomUUID } from "node:crypto";
import type { ClusterConnection } from "@opconnect/provision/cluster";
import { z } from "zod";
import type { Work } from "../../crud.ts";
import { releasePatience, sayForced } from "../release-patience.ts";
import { connectFormer, connectSame, unlessUnreachable } from "../target.ts";
import { inputsSchema, type ScopeInputs } from "./inputs.ts";

const stateSchema = inputsSchema.extend({ generation: z.string() });

/** What an `OperatorScope` does in the cluster. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const generation = randomUUID();
    const cluster = await connectSame(inputs);
    await makeWay(cluster, inputs);
    await cluster.operatorScope(inputs).claim({ ...inputs, generation });
    const outs = { ...inputs, generation, unavailable: [] };
    return { id: `${inputs.namespace}/${inputs.name}`, outs };
  },

  /** The namespaces are the same: puts right what was changed past us, or under whose name. */
  async update(_id, olds, news) {
    const { drift = [], ...inputs } = inputsSchema.parse(news);
    const { generation, holder: former } = stateSchema.parse(olds);
    const cluster = await connectSame(inputs);
    const scope = cluster.operatorScope(inputs);
    await makeWay(cluster, inputs);
    await scope.claim({ ...inputs, generation }, former);
    if (drift.includes("unsettled")) await scope.settle();
    return { outs: { ...inputs, generation, unavailable: [] } };
  },

  async read(_id, properties) {
    const state = stateSchema.parse(properties);
    const scope = (await connectSame(state)).operatorScope(state);
    return (await scope.has(state)) ? properties : undefined;
  },

  async delete(_id, properties) {
    const state = stateSchema.parse(properties);
    await unlessUnreachable(async () => {
      await (await connectFormer(state)).operatorScope(state).release(state);
    });
  },
};

/**
 * Lets namespaces that are being deleted come free, and stops before the chart, which has to do with
 * each namespace that is watched: it would stop at the first that is not there, and items wait for it.
 * @throws `CLUSTER_NAMESPACE_MISSING`.
 */
async function makeWay(cluster: ClusterConnection, inputs: ScopeInputs): Promise<void> {
  const { namespaces, unavailable } = inputs;
  const { watched = [] } = await cluster.operatorScope(inputs).read();
  const all = namespaces.length === 0 ? [] : [...new Set([...namespaces, ...watched])];
  for (const item of await cluster.freeNamespaces(all, releasePatience())) sayForced(item);
  const waiting = namespaces.map((name) => {
    // Any other may be made by the same program at this moment.
    const namespaceMs = unavailable.includes(name) ? 3_000 : 30_000;
    return cluster.requireNamespace(name, "which the operator is to watch", {
      namespaceMs,
      pollMs: 200,
    });
  });
  await Promise.all(waiting);
}
