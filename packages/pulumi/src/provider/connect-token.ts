import {
  createOpCli,
  createSecretsManagerStore,
  deleteToken,
  ensureToken,
} from "@opconnect/provision";
import { z } from "zod";
import { vaultsSchema } from "./connect-server.ts";
import type { Crud } from "./crud.ts";
import { diffProperties, keepInputs } from "./property-diff.ts";

const systems = { op: createOpCli(), store: createSecretsManagerStore() };

const inputsSchema = z.object({
  name: z.string(),
  consumer: z.string(),
  serverId: z.string(),
  vaults: vaultsSchema,
  secretArn: z.string(),
  revision: z.number(),
  expiresIn: z.string().optional(),
  adminCommand: z.string(),
});

const stateSchema = inputsSchema.extend({ tokenId: z.string() });

/** Life cycle of a `ConnectToken`. Scope and life time are fixed at birth, so all is replaced. */
export const connectToken: Crud = {
  check: keepInputs,

  async diff(_id, olds, news) {
    return diffProperties(olds, news, {
      replaces: ["name", "consumer", "serverId", "vaults", "secretArn", "revision", "expiresIn"],
    });
  },

  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const record = await ensureToken({ ...inputs, secretId: inputs.secretArn }, systems);
    const { tokenId, versionId, fingerprint, expiresAt } = record;
    const described = {
      tokenId,
      versionId,
      fingerprint,
      expiresAt: expiresAt?.toISOString() ?? "",
    };
    return { id: tokenId, outs: { ...inputs, ...described } };
  },

  /** Never called: every change is a replacement. */
  async update(_id, olds) {
    return { outs: { ...olds } };
  },

  async delete(tokenId, state) {
    const { serverId, secretArn, adminCommand } = stateSchema.parse(state);
    await deleteToken({ tokenId, serverId, secretId: secretArn, adminCommand }, systems);
  },
};
