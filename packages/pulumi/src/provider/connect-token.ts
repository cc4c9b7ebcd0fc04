import { claimStored, deleteToken, ensureToken, observeToken } from "@opconnect/provision";
import { z } from "zod";
import { adminCommand, adminDeletion } from "./admin-command.ts";
import type { Work } from "./crud.ts";
import { keptWithoutOp, mintedSchema, storedAs, storedNow } from "./minted.ts";
import { systemsOf } from "./outside-systems.ts";
import { sayOnce } from "./warn-once.ts";

const inputsSchema = mintedSchema.extend({
  consumer: z.string(),
  serverId: z.string(),
  expiresIn: z.string().optional(),
  rotateAfter: z.string().optional(),
});

const stateSchema = inputsSchema.extend({
  tokenId: z.string(),
  claim: z.string().optional(),
});

/** What a `ConnectToken` does in 1Password and in the store. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const systems = systemsOf(inputs);
    const record = await ensureToken(requestOf(inputs), systems);
    const { tokenId } = record;
    const claim = record.adopted ? await claimStored(systems.store, inputs.secretId) : undefined;
    const claimed = claim === undefined ? {} : { claim };
    return { id: tokenId, outs: { ...inputs, ...claimed, tokenId, ...describe(record) } };
  },

  /** Nothing about a token can change but where it is kept: this puts it back there. */
  async update(tokenId, olds, properties) {
    const inputs = inputsSchema.parse(properties);
    const record = await ensureToken(requestOf(inputs), systemsOf(inputs));
    const { drift: _, ...kept } = olds;
    return { outs: { ...kept, ...inputs, tokenId, ...describe(record) } };
  },

  async read(tokenId, properties) {
    const state = stateSchema.parse(properties);
    const observed = await observeToken({ ...state, tokenId }, systemsOf(state));
    if (observed.presence === "gone") return undefined;
    if (observed.presence === "unknown") keptWithoutOp(observed.unknown);
    // Its scope is fixed at birth. A vault taken from its server is the server's to say.
    return { ...properties, ...storedNow(tokenId, properties, observed) };
  },

  async delete(tokenId, properties) {
    const state = stateSchema.parse(properties);
    const { serverId, secretId, claim, stack } = state;
    const ended = await deleteToken(
      { tokenId, serverId, secretId, claim, adminCommand: adminDeletion(stack) },
      systemsOf(state),
    );
    if (ended === "kept") {
      sayOnce(`The Connect token ${tokenId} stays: another resource has adopted it.`);
    }
  },
};

function requestOf({ rotation, stack, ...inputs }: z.infer<typeof inputsSchema>) {
  return { ...inputs, rotates: rotation?.of, adminCommand: adminCommand(stack) };
}

function describe(record: Awaited<ReturnType<typeof ensureToken>>) {
  const expiresAt = record.expiresAt?.toISOString() ?? "";
  return { expiresAt, ...storedAs(record.tokenId, record) };
}
