import { deleteToken, ensureToken } from "@opconnect/provision";
import { z } from "zod";
import { adminCommand, adminDeletion } from "./admin-command.ts";
import { vaultsSchema } from "./connect-server.ts";
import type { Work } from "./crud.ts";
import { systems } from "./systems.ts";

const inputsSchema = z.object({
  name: z.string(),
  consumer: z.string(),
  serverId: z.string(),
  vaults: vaultsSchema,
  secretArn: z.string(),
  revision: z.number(),
  expiresIn: z.string().optional(),
  stack: z.string(),
});

const stateSchema = inputsSchema.extend({ tokenId: z.string() });

/** What a `ConnectToken` does in 1Password and in the store. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const record = await ensureToken(
      { ...inputs, secretId: inputs.secretArn, adminCommand: adminCommand(inputs.stack) },
      systems,
    );
    const { tokenId, versionId, fingerprint, expiresAt } = record;
    const described = {
      tokenId,
      versionId,
      fingerprint,
      expiresAt: expiresAt?.toISOString() ?? "",
    };
    return { id: tokenId, outs: { ...inputs, ...described } };
  },

  async delete(tokenId, state) {
    const { serverId, secretArn, stack } = stateSchema.parse(state);
    await deleteToken(
      { tokenId, serverId, secretId: secretArn, adminCommand: adminDeletion(stack) },
      systems,
    );
  },
};
