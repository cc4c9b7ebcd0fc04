import {
  ConnectError,
  type ConnectErrorCode,
  checkServiceAccountToken,
  fingerprint,
  isConnectError,
} from "@opconnect/core";
import { storeConfigSchema, storeKindOf } from "@opconnect/provision";
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

/**
 * @throws `STORE_NOT_FOUND` if there is no such secret, or nothing in it.
 */
async function locate({ store, secret }: Inputs) {
  const systems = systemsOf({ store });
  const secretId = /^(arn|age):/.test(secret)
    ? secret
    : await systems.store.findSecret(secret).then((found) => found?.secretId);
  const about = secretId === undefined ? undefined : await systems.store.describe(secretId);
  if (secretId !== undefined && about?.versionId !== undefined) {
    return { secretId, versionId: about.versionId };
  }
  throw new ConnectError(
    "STORE_NOT_FOUND",
    `The store has no token of a service account in ${secret}.`,
    `An admin puts it there: \`op service-account create <name> --vault <vault>:read_items --raw | tr -d '\\n' | ${storeKindOf(store).putCommand(store, secret, about !== undefined)}\`.`,
  );
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
