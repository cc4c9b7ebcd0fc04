import { deleteServer, ensureServer, updateServerGrants } from "@opconnect/provision";
import { z } from "zod";
import { adminCommand, adminDeletion } from "./admin-command.ts";
import type { Work } from "./crud.ts";
import { systems } from "./systems.ts";

/** Vaults as a Connect server and a Connect token list them. */
export const vaultsSchema = z.array(
  z.object({ key: z.string(), id: z.string(), access: z.enum(["read", "read-write"]) }),
);

const inputsSchema = z.object({
  name: z.string(),
  vaults: vaultsSchema,
  secretArn: z.string(),
  revision: z.number(),
  stack: z.string(),
});

const stateSchema = inputsSchema.extend({ serverId: z.string() });

/** What a `ConnectServer` does in 1Password and in the store. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const { serverId, versionId, fingerprint } = await ensureServer(
      { ...inputs, secretId: inputs.secretArn, adminCommand: adminCommand(inputs.stack) },
      systems,
    );
    return { id: serverId, outs: { ...inputs, serverId, versionId, fingerprint } };
  },

  async update(serverId, olds, news) {
    const { vaults: previous } = stateSchema.parse(olds);
    const { vaults, secretArn, stack } = inputsSchema.parse(news);
    await updateServerGrants(
      { serverId, secretId: secretArn, vaults, previous, adminCommand: adminCommand(stack) },
      systems,
    );
    return { outs: { ...olds, ...inputsSchema.parse(news) } };
  },

  async delete(serverId, state) {
    const { secretArn, stack } = stateSchema.parse(state);
    await deleteServer(
      { serverId, secretId: secretArn, adminCommand: adminDeletion(stack) },
      systems,
    );
  },
};
