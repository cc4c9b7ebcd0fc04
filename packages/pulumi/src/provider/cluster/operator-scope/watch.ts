import { z } from "zod";
import type { Work } from "../../crud.ts";
import { clusterSchema, connectFormer, connectSame, unlessUnreachable } from "../target.ts";

const inputsSchema = clusterSchema.extend({
  namespace: z.string(),
  name: z.string(),
  deployment: z.string(),
  namespaces: z.array(z.string()),
  holder: z.string(),
  generation: z.string(),
});

/** What an `OperatorWatch` does in the cluster. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    await (await connectSame(inputs)).operatorScope(inputs).watch(inputs);
    return { id: `${inputs.namespace}/${inputs.name}`, outs: inputs };
  },

  async delete(_id, properties) {
    const state = inputsSchema.parse(properties);
    await unlessUnreachable(async () => {
      await (await connectFormer(state)).operatorScope(state).release(state);
    });
  },
};
