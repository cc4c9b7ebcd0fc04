import { isConnectError } from "@opconnect/core/connect-error";
import { parseStoreConfig, storeConfigSchema } from "@opconnect/provision";
import { z } from "zod";
import type { Check, Work } from "./crud.ts";
import { systemsOf } from "./outside-systems.ts";
import { diffProperties, hasUnknown, type Properties, staysInPlace } from "./property-diff.ts";
import { sayOnce } from "./warn-once.ts";

const inputsSchema = z.object({
  store: storeConfigSchema,
  name: z.string(),
  description: z.string().default(""),
  tags: z.record(z.string(), z.string()).default({}),
});

const stateSchema = inputsSchema.extend({ secretId: z.string() });

/**
 * Refuses settings that no store takes, before anything is made, and adds the id of a secret that
 * stays, which a preview needs.
 */
export const check: Check = async (olds, news, roles) => {
  if (hasUnknown(news.store)) return { inputs: news };
  try {
    parseStoreConfig(news.store);
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return { inputs: news, failures: [{ property: "store", reason: error.message }] };
  }
  if (!staysInPlace(olds, news, roles)) return { inputs: news };
  const secretId = await findSecret(olds, news);
  return { inputs: secretId === undefined ? news : { ...news, secretId } };
};

/** Once known it is kept, unless other settings may lead to another store. */
async function findSecret(olds: Properties, news: Properties): Promise<string | undefined> {
  const isSameStore = !diffProperties(olds, news, { updates: ["store"] }).changes;
  if (isSameStore && typeof olds.secretId === "string") return olds.secretId;
  try {
    const { store, name } = inputsSchema.parse(news);
    return await systemsOf({ store }).store.findSecret(name);
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return undefined;
  }
}

/** What a `CredentialSecret` does in the store. State keeps the inputs as they are, for the diff. */
export const work: Work = {
  async create(properties) {
    const inputs = inputsSchema.parse(properties);
    const { secretId } = await systemsOf(inputs).store.ensureSecret(inputs);
    return { id: secretId, outs: { ...properties, secretId } };
  },

  /** Brings the settings into line. A secret in another store is another one; the old one stays. */
  async update(_id, olds, news) {
    const inputs = inputsSchema.parse(news);
    const before = stateSchema.parse(olds).secretId;
    const { secretId } = await systemsOf(inputs).store.ensureSecret(inputs);
    if (secretId !== before) {
      sayOnce(
        `The secret ${before} is not used any more and was kept; delete it when all is well.`,
      );
    }
    return { outs: { ...news, secretId } };
  },

  async read(_id, properties) {
    const state = stateSchema.parse(properties);
    const description = await systemsOf(state).store.describe(state.secretId);
    return description === undefined ? undefined : properties;
  },

  async delete(_id, properties) {
    const state = stateSchema.parse(properties);
    await systemsOf(state).store.deleteSecret(state.secretId);
  },
};
