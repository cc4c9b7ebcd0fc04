import {
  deleteToken,
  ensureToken,
  mintToken,
  observeToken,
  type TokenRecord,
  tokenNeed,
} from "@opconnect/provision";
import { z } from "zod";
import { mintedSchema, storedAs } from "./stored.ts";
import { mintedWork } from "./work.ts";

const inputsSchema = mintedSchema.extend({
  consumer: z.string(),
  serverId: z.string(),
  expiresIn: z.string().optional(),
  rotateAfter: z.string().optional(),
});

/** What a `ConnectToken` does in 1Password and in the store. */
export const work = mintedWork<z.infer<typeof inputsSchema>>({
  noun: "Connect token",
  schema: inputsSchema,

  async ensure(request, systems) {
    const record = await ensureToken(request, systems);
    return { id: record.tokenId, outs: outsOf(record) };
  },

  need: tokenNeed,

  async mint(request, systems) {
    return (await mintToken(request, systems)).tokenId;
  },

  /** Nothing about a token can change but where it is kept: this puts it back there. */
  async update(tokenId, _, request, systems) {
    return { ...outsOf(await ensureToken({ ...request, tokenId }, systems)), tokenId };
  },

  /** Its scope is fixed at birth. A vault taken from its server is the server's to say. */
  async observe(tokenId, state, systems) {
    return { observed: await observeToken({ ...state, tokenId }, systems) };
  },

  delete: (tokenId, { name: _, ...deletion }, systems) =>
    deleteToken({ ...deletion, tokenId }, systems),
});

function outsOf({ tokenId, expiresAt, ...record }: TokenRecord) {
  return { tokenId, expiresAt: expiresAt?.toISOString() ?? "", ...storedAs(tokenId, record) };
}
