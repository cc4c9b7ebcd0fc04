import {
  type ConnectErrorCode,
  checkServiceAccountToken,
  fingerprint,
  isConnectError,
} from "@opconnect/core";
import { findAccountToken, type StoredAccountToken, storeConfigSchema } from "@opconnect/provision";
import { z } from "zod";
import type { Check, Work } from "./crud.ts";
import { systemsOf } from "./outside-systems.ts";
import { diffProperties, hasUnknown, type Properties } from "./property-diff.ts";
import { sayOnce } from "./warn-once.ts";

const inputsSchema = z.object({
  store: storeConfigSchema,
  secret: z.string(),
});

type Inputs = z.infer<typeof inputsSchema>;

/**
 * Looks at preview already which version of the token there is; reads no value. A runner that cannot
 * look keeps what is known.
 */
export const check: Check = async (olds, news) => {
  const { store, secret } = news;
  if (hasUnknown(store) || hasUnknown(secret)) return { inputs: news };
  const place = inputsSchema.parse({ store, secret });
  try {
    return { inputs: { ...news, ...(await locate(place)) } };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    if (!unseen.has(error.code)) {
      return { inputs: news, failures: [{ property: "secret", reason: error.message }] };
    }
    const then = "Until then, the token of the service account is taken for what it was.";
    sayOnce(`${error.message} ${then}`);
    const isSame = !diffProperties(olds, news, { updates: ["store", "secret"] }).changes;
    const { secretId, versionId } = olds;
    return { inputs: isSame ? { ...news, secretId, versionId } : news };
  }
};

/** An identity that only previews may know no more. */
const unseen: ReadonlySet<ConnectErrorCode> = new Set<ConnectErrorCode>([
  "STORE_ACCESS_DENIED",
  "STORE_UNREACHABLE",
  "STORE_FAILED",
]);

/** What a `ServiceAccountToken` finds out. */
export const work: Work = {
  async create(properties) {
    const outs = await observe(inputsSchema.parse(properties));
    return { id: outs.secretId, outs: { ...properties, ...outs } };
  },

  async update(_id, _olds, news) {
    return { outs: { ...news, ...(await observe(inputsSchema.parse(news))) } };
  },
};

function locate({ store, secret }: Inputs): Promise<StoredAccountToken> {
  return findAccountToken(store, secret, systemsOf({ store }).store);
}

async function observe(inputs: Inputs): Promise<Properties & { readonly secretId: string }> {
  const { secretId } = await locate(inputs);
  const { store } = systemsOf(inputs);
  const stored = await store.read(secretId);
  // It was there a moment ago.
  if (stored.value === undefined) throw new Error(`The secret ${secretId} has lost its value.`);
  checkServiceAccountToken(stored.value);
  return { secretId, versionId: stored.versionId, fingerprint: fingerprint(stored.value) };
}
