import { unlessCode } from "@opconnect/core";
import { openSource } from "@opconnect/provision";
import type { Work } from "../crud.ts";
import type { Properties } from "../property-diff.ts";
import { sayOnce } from "../warn-once.ts";
import { whoHasIt } from "../who-has-it.ts";
import { taken } from "./check.ts";
import { from, targetOf } from "./inputs.ts";
import { type DeliveryState, deliveryState } from "./target.ts";

/** What a `DeliveredSecret` does. The value is read, handed over and forgotten. */
export const work: Work = {
  /** A place that cannot be looked at is not written to either: it might be another's. */
  async create(inputs) {
    const target = targetOf(inputs);
    return oneAtATime(target.words.place, async () => {
      if ((await target.look(holderOf(inputs), false)) === "another's") throw taken(target);
      return deliver(inputs, undefined);
    });
  },

  async update(_id, olds, news) {
    const before = deliveryState.parse(olds);
    const { outs } = await deliver(news, before);
    if (before.secretId !== undefined && before.secretId !== outs.secretId) {
      sayOnce(
        `The secret ${before.secretId} is not used any more and was kept; delete it when all is well.`,
      );
    }
    return { outs };
  },

  async read(_id, properties) {
    const state = deliveryState.parse(properties);
    // A namespace that is gone has taken it along.
    const found = await unlessCode(["CLUSTER_STATE_LOST"], () =>
      targetOf(state).look(state.holder, true),
    );
    if (found === undefined || typeof found === "string") return undefined;
    return found.receipt === state.receipt ? properties : { ...properties, isDelivered: false };
  },

  async delete(id, properties) {
    const state = deliveryState.parse(properties);
    const stays = await targetOf(state).remove(state);
    if (stays !== undefined) sayOnce(`The secret ${id} stays: ${whoHasIt(stays.others)}.`);
  },
};

const creations = new Map<string, Promise<unknown>>();

/** Of two resources for one place, the second is to find what the first has left there. */
function oneAtATime<T>(place: string, work: () => Promise<T>): Promise<T> {
  const before = creations.get(place) ?? Promise.resolve();
  const own = before.then(work, work);
  creations.set(place, own);
  return own;
}

async function deliver(inputs: Properties, before: DeliveryState | undefined) {
  const { value, version } = await openSource(from.parse(inputs.from)).read();
  const holder = holderOf(inputs);
  const { id, ...told } = await targetOf(inputs).deliver({ value, version, holder, before });
  return { id, outs: { ...inputs, version, ...told, isDelivered: true } };
}

function holderOf({ holder }: Properties): string {
  return typeof holder === "string" ? holder : "";
}
