import { noClaim } from "@opconnect/core";
import { type ConnectError, isConnectError } from "@opconnect/core/connect-error";
import {
  deleteHeldSecret,
  ensureHeldSecret,
  type HeldSecret,
  parseStaticTags,
  parseStoreConfig,
  retireAnnounced,
  type StoreConfig,
  storeConfigSchema,
} from "@opconnect/provision";
import { z } from "zod";
import type { Check, Work } from "./crud.ts";
import type { MintingWork } from "./minted/work.ts";
import { systemsOf } from "./outside-systems.ts";
import { diffProperties, hasUnknown, type Properties, staysInPlace } from "./property-diff.ts";
import { sayOnce } from "./warn-once.ts";
import { whoHasIt } from "./who-has-it.ts";

const inputsSchema = z.object({
  store: storeConfigSchema,
  name: z.string(),
  description: z.string().default(""),
  tags: z.record(z.string(), z.string()).default({}),
});

const heldSchema = inputsSchema.extend({ holder: z.string() });

/** `holder` and `claim` are not in the state of a release that noted no holders. */
const stateSchema = inputsSchema.extend({
  secretId: z.string(),
  holder: z.string().optional(),
  claim: z.string().optional(),
});

/**
 * Refuses settings and tags that no store takes, before anything is made. Of a secret that stays, it adds the
 * id, which a preview needs, and whether the secret is gone, which the diff goes by.
 */
export const check: Check = async (olds, news, roles) => {
  if (hasUnknown(news.store)) return { inputs: news };
  const store = orRefusal(() => parseStoreConfig(news.store));
  if (isConnectError(store)) {
    return { inputs: news, failures: [{ property: "", reason: store.message }] };
  }
  const { tags } = news;
  const unfit = hasUnknown(tags)
    ? undefined
    : orRefusal(() => parseStaticTags(inputsSchema.shape.tags.parse(tags)));
  if (isConnectError(unfit)) {
    return { inputs: news, failures: [{ property: "tags", reason: unfit.message }] };
  }
  if (!staysInPlace(olds, news, roles)) return { inputs: news };
  return { inputs: { ...news, ...(await look(store, olds, news)) } };
};

function orRefusal<T>(parse: () => T): T | ConnectError {
  try {
    return parse();
  } catch (error) {
    if (isConnectError(error)) return error;
    throw error;
  }
}

/** What is there of a secret. Where the store cannot be asked, the id once known is kept. */
async function look(store: StoreConfig, olds: Properties, news: Properties): Promise<Properties> {
  try {
    const name = inputsSchema.shape.name.parse(news.name);
    const found = await systemsOf({ store }).store.findSecret(name);
    if (found === undefined) {
      return isSameStore(olds, news) ? { lost: `The secret ${name} is gone.` } : {};
    }
    const { secretId, isDeleted } = found;
    if (!isDeleted) return { secretId };
    return { secretId, lost: `The secret ${name} is scheduled for deletion.` };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return isSameStore(olds, news) && typeof olds.secretId === "string"
      ? { secretId: olds.secretId }
      : {};
  }
}

/** Other settings may lead to another store. */
function isSameStore(olds: Properties, news: Properties): boolean {
  return !diffProperties(olds, news, { updates: ["store"] }).changes;
}

/** What a `CredentialSecret` does in the store. State keeps the inputs as they are, for the diff. */
export const work: Work & MintingWork = {
  async need(properties) {
    const inputs = inputsSchema.parse(properties);
    const found = await systemsOf(inputs).store.findSecret(inputs.name);
    if (found === undefined || found.isDeleted) return { action: "create" };
    return { action: "none", id: found.secretId };
  },

  /** One that is there is left to the resources that have it, and its settings to them. */
  async mint(properties) {
    const { holder, ...inputs } = heldSchema.parse(properties);
    const systems = systemsOf(inputs);
    const found = await systems.store.findSecret(inputs.name);
    if (found !== undefined && !found.isDeleted) return found.secretId;
    return (await ensureHeldSecret({ ...inputs, holder, claim: noClaim }, systems)).secretId;
  },

  async create(properties) {
    const { holder, ...inputs } = heldSchema.parse(properties);
    const { secretId, claim } = await ensureHeldSecret({ ...inputs, holder }, systemsOf(inputs));
    return { id: secretId, outs: { ...properties, secretId, claim } };
  },

  /**
   * Brings the settings into line, and restores it if it is gone. A secret in another store is
   * another one; the old one stays.
   */
  async update(_id, olds, news) {
    const inputs = heldSchema.parse(news);
    const before = stateSchema.parse(olds);
    const { secretId, claim } = await ensureAgain(inputs, before);
    if (secretId !== before.secretId && !isSameStore(olds, news)) {
      sayOnce(
        `The secret ${before.secretId} is not used any more and was kept; delete it when all is well.`,
      );
    }
    const { lost: _, ...kept } = news;
    return { outs: { ...kept, secretId, holder: before.holder && inputs.holder, claim } };
  },

  async read(_id, properties) {
    const state = stateSchema.parse(properties);
    const description = await systemsOf(state).store.describe(state.secretId);
    return description === undefined ? undefined : properties;
  },

  async delete(_id, properties) {
    const state = stateSchema.parse(properties);
    const systems = systemsOf(state);
    if (!(await retireAnnounced(state.secretId, systems))) {
      sayOnce(
        `A minting into the secret ${state.secretId} did not come to its end, and \`op\` could not be asked here for what it has left in 1Password: \`opconnect orphans\` finds it.`,
      );
    }
    const fate = await deleteHeldSecret(state, systems);
    if (fate.outcome === "kept") {
      sayOnce(`The secret ${state.secretId} stays: ${whoHasIt(fate.others)}.`);
    }
  },
};

/** One that a release made that noted no holders is not noted now: whoever has it is not known. */
async function ensureAgain(
  { holder, ...inputs }: z.infer<typeof heldSchema>,
  before: z.infer<typeof stateSchema>,
): Promise<HeldSecret> {
  const systems = systemsOf(inputs);
  if (before.holder === undefined) return systems.store.ensureSecret(inputs);
  return ensureHeldSecret({ ...inputs, holder, claim: before.claim }, systems);
}
