import { z } from "zod";
import type { Work } from "../crud.ts";
import type { Properties } from "../property-diff.ts";
import { clusterSchema, connectSame } from "./target.ts";

const inputsSchema = clusterSchema.extend({
  namespace: z.string(),
  name: z.string(),
  itemPath: z.string(),
  type: z.string(),
  needs: z.array(z.string()),
});

/** What an `ItemSecret` waits for in the cluster. */
export const work: Work = {
  async create(properties) {
    const { namespace, name } = inputsSchema.parse(properties);
    return { id: `${namespace}/${name}`, outs: await arrival(properties) };
  },

  async update(_id, olds, news) {
    const isOfAnother = olds.itemPath !== news.itemPath && typeof olds.source === "string";
    return { outs: await arrival(news, isOfAnother ? String(olds.source) : undefined) };
  },
};

async function arrival(properties: Properties, formerSource?: string): Promise<Properties> {
  const inputs = inputsSchema.parse(properties);
  const cluster = await connectSame(inputs);
  const { namespace, name, needs } = inputs;
  const arrived = await cluster.awaitArrival({ namespace, name, keys: needs, formerSource });
  return { ...inputs, ...arrived };
}
