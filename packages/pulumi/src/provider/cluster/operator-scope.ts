import { randomUUID } from "node:crypto";
import { isConnectError } from "@opconnect/core/connect-error";
import { z } from "zod";
import type { Check, Work } from "../crud.ts";
import { hasUnknown } from "../property-diff.ts";
import { sayOnce } from "../warn-once.ts";
import { requireNamespace } from "./check-namespace.ts";
import { clusterSchema, connectFormer, connectSame, unlessUnreachable } from "./target.ts";

const inputsSchema = clusterSchema.extend({
  namespace: z.string(),
  name: z.string(),
  deployment: z.string(),
  namespaces: z.array(z.string()),
  holder: z.string(),
  drift: z.array(z.string()).optional(),
});

const stateSchema = inputsSchema.extend({ generation: z.string() });

/** Looks at preview already whether the cluster has what state says, or something foreign. */
export const check: Check = async (olds, news) => {
  if (hasUnknown(news)) return { inputs: news };
  try {
    const inputs = inputsSchema.parse(news);
    const known = inputsSchema.safeParse(olds);
    const cluster = await connectSame(inputs);
    const scope = cluster.operatorScope(inputs);
    if (!known.success) {
      await scope.requireOurs();
      return { inputs: news };
    }
    await requireNamespace(cluster, known.data.namespace);
    const { drift, hasOperator } = await scope.observe(known.data);
    if (!hasOperator) sayOnce(withoutOperator(known.data));
    return { inputs: drift.length === 0 ? news : { ...news, drift } };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    // An identity that only previews may know no more: what it cannot see is taken to be as it was.
    if (error.code === "CLUSTER_ACCESS_DENIED") return { inputs: news };
    return { inputs: news, failures: [{ property: "name", reason: error.message }] };
  }
};

/** What an `OperatorScope` does in the cluster. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const generation = randomUUID();
    await (await scopeOf(inputs)).claim({ ...inputs, generation });
    return { id: `${inputs.namespace}/${inputs.name}`, outs: { ...inputs, generation } };
  },

  /** The namespaces are the same: puts right what was changed past us, or under whose name. */
  async update(_id, olds, news) {
    const { drift = [], ...inputs } = inputsSchema.parse(news);
    const { generation, holder: former } = stateSchema.parse(olds);
    const scope = await scopeOf(inputs);
    await scope.claim({ ...inputs, generation });
    if (former !== inputs.holder) await scope.release({ holder: former, generation });
    if (drift.includes("unsettled")) await scope.settle();
    return { outs: { ...inputs, generation } };
  },

  async read(_id, properties) {
    const state = stateSchema.parse(properties);
    return (await (await scopeOf(state)).has(state)) ? properties : undefined;
  },

  async delete(_id, properties) {
    const state = stateSchema.parse(properties);
    await unlessUnreachable(async () => {
      await (await connectFormer(state)).operatorScope(state).release(state);
    });
  },
};

async function scopeOf(inputs: z.infer<typeof inputsSchema>) {
  return (await connectSame(inputs)).operatorScope(inputs);
}

/** The Kubernetes provider makes a Deployment anew only after a refresh has found it gone. */
function withoutOperator({ namespace, deployment }: z.infer<typeof inputsSchema>): string {
  return `The operator's Deployment ${deployment} is not in the namespace ${namespace}. If it was deleted, \`pulumi up --refresh\` makes it anew; until then no item becomes a Secret.`;
}
