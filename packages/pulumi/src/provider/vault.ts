import { createOpCli, editVault, ensureVault } from "@opconnect/provision";
import { z } from "zod";
import type { Crud } from "./crud.ts";
import { diffProperties, keepInputs } from "./property-diff.ts";

const op = createOpCli();

const inputsSchema = z.object({
  title: z.string(),
  description: z.string().optional(),
  mark: z.string(),
  adopt: z.boolean().optional(),
  adminCommand: z.string(),
});

/** Life cycle of a `Vault`. */
export const vault: Crud = {
  check: keepInputs,

  async diff(_id, olds, news) {
    return diffProperties(olds, news, { updates: ["title", "description"] });
  },

  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const { id } = await ensureVault(inputs, { op });
    return { id, outs: { ...inputs, vaultId: id } };
  },

  async update(id, _olds, news) {
    const inputs = inputsSchema.parse(news);
    await editVault({ ...inputs, id }, { op });
    return { outs: { ...inputs, vaultId: id } };
  },

  /** Vaults hold people's secrets: dropping the resource leaves the vault alone. */
  async delete() {},
};
