import { editVault, ensureVault } from "@opconnect/provision";
import { z } from "zod";
import { adminCommand } from "./admin-command.ts";
import type { Work } from "./crud.ts";
import { systems } from "./systems.ts";

const inputsSchema = z.object({
  title: z.string(),
  description: z.string().optional(),
  mark: z.string(),
  adopt: z.boolean().optional(),
  forConnect: z.boolean().optional(),
  stack: z.string(),
});

/** What a `Vault` does in 1Password. It is never deleted: vaults hold people's secrets. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const { id } = await ensureVault(
      { ...inputs, adminCommand: adminCommand(inputs.stack) },
      systems,
    );
    return { id, outs: { ...inputs, vaultId: id } };
  },

  async update(id, _olds, news) {
    const inputs = inputsSchema.parse(news);
    await editVault({ ...inputs, id, adminCommand: adminCommand(inputs.stack) }, systems);
    return { outs: { ...inputs, vaultId: id } };
  },
};
