import { isConnectError } from "@opconnect/core";
import { z } from "zod";
import type { Check, Work } from "../crud.ts";
import { hasUnknown, type Properties } from "../property-diff.ts";
import { sayOnce } from "../warn-once.ts";
import { clusterSchema, connectSame } from "./target.ts";

const inputsSchema = clusterSchema.extend({
  namespace: z.string(),
  name: z.string(),
  itemPath: z.string(),
  type: z.string(),
  needs: z.array(z.string()),
});

/**
 * Says at preview already where a Secret has lost keys since an update has found them there: an item
 * loses a field, and no update waits for what has not changed in the program. A preview is not held up
 * where the cluster cannot be asked; whether the Secret is there at all, the item itself looks.
 */
export const check: Check = async (olds, news) => {
  const before = inputsSchema.safeParse(olds).data;
  const wanted = Object.fromEntries(places.map((place) => [place, news[place]]));
  if (before !== undefined && !hasUnknown(wanted)) await warnOfLostKeys(before, wanted);
  return { inputs: news };
};

async function warnOfLostKeys(before: Inputs, news: Properties): Promise<void> {
  const { data: wanted } = inputsSchema.safeParse(news);
  // An update waits for another item, and for keys that it has not waited for.
  if (wanted === undefined || wanted.itemPath !== before.itemPath) return;
  const needed = wanted.needs.filter((key) => before.needs.includes(key));
  if (needed.length === 0) return;
  const { namespace, name } = wanted;
  try {
    const found = await (await connectSame(wanted)).observeArrival({ namespace, name });
    const lost = needed.filter((key) => found !== undefined && !found.keys.includes(key));
    if (lost.length === 0) return;
    const has = found?.keys.join(", ") || "no keys";
    sayOnce(
      `The Secret ${namespace}/${name} has lost ${lost.join(", ")} since the last update; it has ${has}. Give the item in 1Password a field of that label with a value again, or correct \`keys\`; \`opconnect verify\` tells when it is right.`,
    );
  } catch (error) {
    // That it cannot be asked, the item says.
    if (!isConnectError(error)) throw error;
  }
}

const places = Object.keys(inputsSchema.shape);

type Inputs = z.infer<typeof inputsSchema>;

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
