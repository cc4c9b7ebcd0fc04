import { isConnectError } from "@opconnect/core/connect-error";
import {
  decodeStoreTags,
  deleteVault,
  editVault,
  ensureVault,
  observeVault,
  storeConfigSchema,
} from "@opconnect/provision";
import { z } from "zod";
import { adminCommand, adminDeletion } from "./admin-command.ts";
import type { Check, Properties, Work } from "./crud.ts";
import { keptWithoutOp } from "./minted.ts";
import { hasUnknown, staysInPlace } from "./property-diff.ts";
import { sayOnce } from "./say-once.ts";
import { opOnly, systemsOf } from "./systems.ts";

const roles = z.record(z.string(), z.enum(["read", "read-write", "manage"])).optional();

const inputsSchema = z.object({
  title: z.string(),
  description: z.string().optional(),
  icon: z.string().optional(),
  mark: z.string(),
  adopt: z.boolean().optional(),
  forConnect: z.boolean().optional(),
  groups: roles,
  users: roles,
  evenIfNotEmpty: z.boolean().default(false),
  key: z.string().optional(),
  store: storeConfigSchema.optional(),
  secretId: z.string().optional(),
  stack: z.string(),
});

type Inputs = z.infer<typeof inputsSchema>;

/**
 * Adds the id of a vault that stays, which a preview needs, as the tags of the server's secret tell
 * it. Once known it is kept.
 */
export const check: Check = async (olds, news, roles) => {
  if (!staysInPlace(olds, news, roles)) return { inputs: news };
  const vaultId = olds.vaultId ?? (await taggedVault(news));
  return { inputs: vaultId === undefined ? news : { ...news, vaultId } };
};

async function taggedVault(news: Properties): Promise<string | undefined> {
  if (news.secretId === undefined || hasUnknown(news.secretId) || hasUnknown(news.store)) {
    return undefined;
  }
  const { store, secretId, key } = taggedSchema.parse(news);
  try {
    const description = await systemsOf({ store }).store.describe(secretId);
    const { vaults = [] } = decodeStoreTags(description?.tags ?? {});
    return vaults.find((vault) => vault.key === key)?.id;
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return undefined;
  }
}

const taggedSchema = z.object({
  store: storeConfigSchema,
  secretId: z.string(),
  key: z.string().optional(),
});

/** What a `Vault` does in 1Password. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const { id } = await ensureVault(requestOf(inputs), vaultSystems(inputs));
    return { id, outs: { ...inputs, vaultId: id } };
  },

  async update(id, olds, news) {
    const inputs = inputsSchema.parse(news);
    const previous = inputsSchema.parse(olds);
    await editVault({ ...requestOf(inputs), id, previous }, opOnly);
    return { outs: { ...inputs, vaultId: id } };
  },

  /** What was changed by hand is told in `drift`, which the next update puts right. */
  async read(id, properties) {
    const observed = await observeVault({ ...inputsSchema.parse(properties), id }, opOnly);
    const { drift: _, ...state } = properties;
    if (observed.state === "live") {
      return observed.drift.length === 0 ? state : { ...state, drift: observed.drift };
    }
    keptWithoutOp([observed.because]);
    return properties;
  },

  async delete(id, properties) {
    const { evenIfNotEmpty, stack } = inputsSchema.parse(properties);
    const deletion = { id, evenIfNotEmpty, adminCommand: adminDeletion(stack) };
    const fate = await deleteVault(deletion, opOnly);
    if (fate.outcome !== "deleted") sayOnce(fate.happened);
  },
};

function requestOf({ stack, ...inputs }: Inputs) {
  return { ...inputs, adminCommand: adminCommand(stack) };
}

function vaultSystems({ store }: Inputs) {
  return store === undefined ? opOnly : systemsOf({ store });
}
