import {
  claimStored,
  deleteServer,
  ensureServer,
  observeServer,
  renameServer,
  updateServerGrants,
} from "@opconnect/provision";
import { z } from "zod";
import { adminCommand, adminDeletion } from "./admin-command.ts";
import type { Work } from "./crud.ts";
import {
  hasFormerName,
  keptWithoutOp,
  mintedSchema,
  storedAs,
  storedNow,
  versionOf,
} from "./minted.ts";
import { systemsOf } from "./outside-systems.ts";
import { sayOnce } from "./warn-once.ts";

const inputsSchema = mintedSchema.extend({
  adopts: z.string().optional(),
  witnessed: z.array(z.string()).default([]),
});

const stateSchema = inputsSchema.extend({
  serverId: z.string(),
  versionId: z.string(),
  claim: z.string().optional(),
});

/** What a `ConnectServer` does in 1Password and in the store. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const systems = systemsOf(inputs);
    const record = await ensureServer(requestOf(inputs), systems);
    const { serverId } = record;
    const claim = record.adopted ? await claimStored(systems.store, inputs.secretId) : undefined;
    const claimed = claim === undefined ? {} : { claim };
    return {
      id: serverId,
      outs: { ...inputs, ...claimed, serverId, ...storedAs(serverId, record) },
    };
  },

  async update(serverId, olds, properties) {
    const previous = stateSchema.parse(olds);
    const inputs = inputsSchema.parse(properties);
    const request = { ...requestOf(inputs), serverId };
    const systems = systemsOf(inputs);
    if (inputs.name !== previous.name || hasFormerName(properties.stored)) {
      await renameServer(request, systems);
    }
    await updateServerGrants({ ...request, previous: previous.vaults }, systems);
    const { drift: _, ...kept } = olds;
    const outs = { ...kept, ...inputs };
    if (versionOf(properties.stored, serverId) === previous.versionId) return { outs };
    // The store's current value is not ours: this puts ours back.
    return { outs: { ...outs, ...storedAs(serverId, await ensureServer(request, systems)) } };
  },

  async read(serverId, properties) {
    const state = stateSchema.parse(properties);
    const observed = await observeServer({ ...state, serverId }, systemsOf(state));
    if (observed.presence === "gone") return undefined;
    if (observed.presence === "unknown") keptWithoutOp(observed.unknown);
    const { vaults, name = state.name } = observed;
    return { ...properties, name, vaults, ...storedNow(serverId, properties, observed) };
  },

  async delete(serverId, properties) {
    const state = stateSchema.parse(properties);
    const { secretId, claim, stack } = state;
    const ended = await deleteServer(
      { serverId, secretId, claim, adminCommand: adminDeletion(stack) },
      systemsOf(state),
    );
    if (ended === "kept") {
      sayOnce(`The Connect server ${serverId} stays: another resource has adopted it.`);
    }
  },
};

function requestOf({ rotation, stack, ...inputs }: z.infer<typeof inputsSchema>) {
  return { ...inputs, rotates: rotation?.of, adminCommand: adminCommand(stack) };
}
