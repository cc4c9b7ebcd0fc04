import {
  deleteVault,
  editVault,
  ensureVault,
  observeVault,
  storeConfigSchema,
  vaultNeed,
} from "@opconnect/provision";
import { z } from "zod";
import { adminCommand, adminDeletion } from "./admin-command.ts";
import { takingDownHalf, type Work } from "./crud.ts";
import { keptWithoutOp } from "./minted/stored.ts";
import type { MintingWork } from "./minted/work.ts";
import { opOnly, systemsOf } from "./outside-systems.ts";
import { sayOnce } from "./warn-once.ts";

const roles = z.record(z.string(), z.enum(["read", "read-write", "manage"])).optional();

const looksSchema = z.object({
  title: z.string(),
  description: z.string().optional(),
  icon: z.string().optional(),
  groups: roles,
  users: roles,
});

const inputsSchema = looksSchema.extend({
  mark: z.string(),
  adopt: z.boolean().optional(),
  forConnect: z.boolean().optional(),
  evenIfNotEmpty: z.boolean().default(false),
  key: z.string().optional(),
  store: storeConfigSchema.optional(),
  secretId: z.string().optional(),
  stack: z.string(),
});

type Inputs = z.infer<typeof inputsSchema>;

/** `unfinished` is how updates were about to make it that failed half way. */
const stateSchema = inputsSchema.extend({ unfinished: z.array(looksSchema).default([]) });

/** What a `Vault` does in 1Password. */
export const work: Work & MintingWork = {
  async need(properties) {
    const inputs = inputsSchema.parse(properties);
    return vaultNeed(requestOf(inputs), vaultSystems(inputs));
  },

  async mint(properties) {
    const inputs = inputsSchema.parse(properties);
    return (await ensureVault(requestOf(inputs), vaultSystems(inputs))).id;
  },

  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const { id } = await ensureVault(requestOf(inputs), vaultSystems(inputs));
    return { id, outs: { ...inputs, vaultId: id } };
  },

  async update(id, olds, news) {
    const inputs = inputsSchema.parse(news);
    const { unfinished, ...recorded } = stateSchema.parse(olds);
    const edit = { ...requestOf(inputs), id, previous: [recorded, ...unfinished] };
    const tried = { ...olds, unfinished: [...unfinished, looksSchema.parse(news)] };
    await takingDownHalf({ id, properties: tried }, (begins) =>
      editVault({ ...edit, begins }, opOnly),
    );
    return { outs: { ...inputs, vaultId: id } };
  },

  /** What was changed by hand is told in `drift`, which the next update puts right. */
  async read(id, properties) {
    const wanted = { ...inputsSchema.parse(properties), id };
    const { presence, drift, unknown } = await observeVault(wanted, opOnly);
    if (presence === "unknown") {
      keptWithoutOp(unknown);
      return properties;
    }
    const { drift: _, ...state } = properties;
    return drift.length === 0 ? state : { ...state, drift };
  },

  async delete(id, properties) {
    const inputs = inputsSchema.parse(properties);
    const { evenIfNotEmpty, secretId, stack } = inputs;
    const deletion = { id, evenIfNotEmpty, secretId, adminCommand: adminDeletion(stack) };
    const fate = await deleteVault(deletion, vaultSystems(inputs));
    if (fate.outcome !== "deleted") sayOnce(fate.happened);
  },
};

function requestOf({ stack, ...inputs }: Inputs) {
  return { ...inputs, adminCommand: adminCommand(stack) };
}

function vaultSystems({ store }: Inputs) {
  return store === undefined ? opOnly : systemsOf({ store });
}
