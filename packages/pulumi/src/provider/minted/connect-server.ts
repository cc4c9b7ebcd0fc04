import {
  deleteServer,
  ensureServer,
  mintServer,
  observeServer,
  renameServer,
  serverNeed,
  updateServerGrants,
} from "@opconnect/provision";
import { z } from "zod";
import { hasUnfinished, mintedSchema, storedAs, versionOf } from "./stored.ts";
import { mintedWork } from "./work.ts";

const inputsSchema = mintedSchema.extend({
  adopts: z.string().optional(),
  witnessed: z.array(z.string()).default([]),
});

const stateSchema = inputsSchema.extend({ versionId: z.string() });

/** What a `ConnectServer` does in 1Password and in the store. */
export const work = mintedWork<z.infer<typeof inputsSchema>>({
  noun: "Connect server",
  schema: inputsSchema,

  async ensure(request, systems) {
    const { serverId, ...record } = await ensureServer(request, systems);
    return { id: serverId, outs: { serverId, ...storedAs(serverId, record) } };
  },

  need: serverNeed,

  async mint(request, systems) {
    return (await mintServer(request, systems)).serverId;
  },

  async update(serverId, { olds, news }, inputs, systems) {
    const previous = stateSchema.parse(olds);
    const request = { ...inputs, serverId };
    if (inputs.name !== previous.name || hasUnfinished(news.stored, "name")) {
      await renameServer(request, systems);
    }
    await updateServerGrants({ ...request, previous: previous.vaults }, systems);
    const isCurrent = versionOf(news.stored, serverId) === previous.versionId;
    if (isCurrent && !hasUnfinished(news.stored, "announced")) return {};
    // Puts back ours where the store's current value is another, and ends what was cut short.
    return storedAs(serverId, await ensureServer(request, systems));
  },

  async observe(serverId, state, systems) {
    const observed = await observeServer({ ...state, serverId }, systems);
    const { vaults, name = state.name } = observed;
    return { observed, outs: { name, vaults } };
  },

  /** By the name in the store: that of the state may be one given by hand since. */
  delete: (serverId, { name: _, ...deletion }, systems) =>
    deleteServer({ ...deletion, serverId }, systems),
});
