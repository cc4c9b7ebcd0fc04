import { randomUUID } from "node:crypto";
import { holderId } from "@opconnect/core";
import { z } from "zod";
import type { Work } from "../../crud.ts";
import type { Properties } from "../../property-diff.ts";
import { sayOnce } from "../../warn-once.ts";
import { releasePatience, sayForced } from "../release-patience.ts";
import { clusterSchema, connectFormer, connectSame, unlessUnreachable } from "../target.ts";
import { recordedItem } from "./recorded.ts";

const inputsSchema = clusterSchema.extend({
  namespace: z.string(),
  name: z.string(),
  itemPath: z.string(),
  type: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  adopt: z.boolean(),
  autoRestart: z.boolean().optional(),
  stack: z.string(),
  /** URN of the resource. */
  holder: z.string(),
});

/** `claim` tells one generation of the resource from the next. */
const stateSchema = inputsSchema.extend({ uid: z.string(), claim: z.string() });

type Inputs = z.infer<typeof inputsSchema>;

/** What a `OnePasswordItem` does in the cluster. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const hold = { holder: inputs.holder, claim: randomUUID() };
    const outs = await write(inputs, hold, { namespaceMs: 10_000 });
    return { id: `${inputs.namespace}/${inputs.name}`, outs };
  },

  async update(_id, olds, news) {
    const inputs = inputsSchema.parse(news);
    const { uid, claim = randomUUID() } = recordedItem(olds);
    const rewrite = Object(news.found).drift !== undefined;
    const hold = { uid, holder: inputs.holder, claim, rewrite };
    return { outs: await write(inputs, hold, { namespaceMs: 3_000 }) };
  },

  async read(_id, properties) {
    const state = stateSchema.parse(properties);
    const { item, known } = await (await connectSame(state)).observeItem(state);
    switch (item) {
      case "gone":
      case "foreign":
        return undefined;
      case "leaving":
        return properties;
      case "ours":
        return known === undefined ? properties : { ...properties, ...seenOf(known, state) };
    }
  },

  async delete(_id, properties) {
    const state = stateSchema.parse(properties);
    await unlessUnreachable(() => release(state));
  },
};

async function release(state: z.infer<typeof stateSchema>): Promise<void> {
  const cluster = await connectFormer(state);
  const hold = { ...state, holder: holderId(state.holder) };
  const outcome = await cluster.releaseItem(hold, releasePatience());
  const name = `${state.namespace}/${state.name}`;
  switch (outcome) {
    case "forced":
      return sayForced(name);
    case "kept":
      return sayOnce(`The OnePasswordItem ${name} stays: another resource holds it.`);
    case "given back":
      return sayOnce(`The Secret ${name} stays: it was there before the item.`);
    case "deleted":
  }
}

async function write(
  inputs: Inputs,
  hold: {
    readonly uid?: string | undefined;
    readonly holder: string;
    readonly claim: string;
    readonly rewrite?: boolean;
  },
  { namespaceMs }: { readonly namespaceMs: number },
): Promise<Properties> {
  const cluster = await connectSame(inputs);
  const wanted = { rewrite: false, ...inputs, ...hold, holder: holderId(hold.holder) };
  const { uid, release } = await cluster.applyItem(wanted, { ...releasePatience(), namespaceMs });
  if (release === "forced") sayForced(`${inputs.namespace}/${inputs.name}`);
  const { holder, claim } = hold;
  return { ...inputs, holder, claim, uid };
}

/** What a refresh takes from the cluster: of labels and annotations, those that are ours. */
function seenOf(
  known: Pick<Inputs, "itemPath" | "type" | "labels" | "autoRestart">,
  { labels, autoRestart: said }: Pick<Inputs, "labels" | "autoRestart">,
): Properties {
  const { itemPath, type, labels: all } = known;
  const autoRestart = said === undefined ? undefined : known.autoRestart;
  const ours = Object.keys(labels).flatMap((key) => (key in all ? [[key, all[key]]] : []));
  return { itemPath, type, autoRestart, labels: Object.fromEntries(ours) };
}
