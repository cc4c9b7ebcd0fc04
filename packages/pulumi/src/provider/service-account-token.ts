import {
  ConnectError,
  type ConnectErrorCode,
  checkServiceAccountToken,
  fingerprint,
  isConnectError,
} from "@opconnect/core";
import { createOpCli, type StoreConfig, storeConfigSchema } from "@opconnect/provision";
import { z } from "zod";
import type { Check, Work } from "./crud.ts";
import { systemsOf } from "./outside-systems.ts";
import { diffProperties, hasUnknown, type Properties } from "./property-diff.ts";
import { sayOnce } from "./warn-once.ts";

const inputsSchema = z.object({
  store: storeConfigSchema,
  secret: z.string(),
  vaults: z.array(z.string()),
});

type Inputs = z.infer<typeof inputsSchema>;

/**
 * Looks at preview already which version of the token there is; reads no value. A runner that cannot
 * look keeps what is known.
 */
export const check: Check = async (olds, news) => {
  const { store, secret } = news;
  if (hasUnknown(store) || hasUnknown(secret)) return { inputs: news };
  const place = inputsSchema.omit({ vaults: true }).parse({ store, secret });
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
async function locate({ store, secret }: Pick<Inputs, "store" | "secret">) {
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
    `An admin puts it there: \`op service-account create <name> --vault <vault>:read_items --raw | tr -d '\\n' | ${storing(store, secret, about !== undefined)}\`.`,
  );
}

/** The command that takes a value from its standard input into the store. */
function storing(store: StoreConfig, secret: string, isThere: boolean): string {
  if (store.kind === "age-file") {
    const name = secret.replace(/^age:/, "");
    const to = store.recipients.map((recipient) => `--recipient ${recipient}`).join(" ");
    return `age --encrypt ${to} --output ${store.folder}/${name}.age`;
  }
  const verb = isThere ? "put-secret-value --secret-id" : "create-secret --name";
  return `aws secretsmanager ${verb} ${secret} --secret-string file:///dev/stdin`;
}

async function observe(inputs: Inputs): Promise<Properties & { readonly secretId: string }> {
  const { secretId } = await locate(inputs);
  const { store } = systemsOf(inputs);
  const stored = await store.read(secretId);
  // It was there a moment ago.
  if (stored.value === undefined) throw new Error(`The secret ${secretId} has lost its value.`);
  checkServiceAccountToken(stored.value);
  await checkVaults(stored.value, inputs.vaults);
  return { secretId, versionId: stored.versionId, fingerprint: fingerprint(stored.value) };
}

/**
 * Asks 1Password which vaults the service account can read, where there is `op`.
 * @throws `OP_VAULT_ACCESS` if one is missing, `OP_NOT_SIGNED_IN` if it does not know the token.
 */
async function checkVaults(token: string, vaults: readonly string[]): Promise<void> {
  if (vaults.length === 0) return;
  const env = { ...process.env, OP_SERVICE_ACCOUNT_TOKEN: token };
  const op = createOpCli({ env, asServiceAccount: true });
  const seen = await op.listVaults().catch((error: unknown) => {
    if (!isConnectError(error) || error.code === "OP_NOT_SIGNED_IN") throw refusedToken(error);
    sayOnce(`${error.message} The vaults of the service account were not looked at.`);
    return undefined;
  });
  if (seen === undefined) return;
  // The operator compares titles so.
  const known = new Set(seen.flatMap(({ id, name }) => [id, name.toLowerCase()]));
  const missing = vaults.filter((vault) => !known.has(vault) && !known.has(vault.toLowerCase()));
  if (missing.length === 0) return;
  throw new ConnectError(
    "OP_VAULT_ACCESS",
    `The service account cannot read ${missing.length === 1 ? "the vault" : "the vaults"} ${missing.join(", ")}.`,
    "Its access cannot be changed: create another one with `op service-account create <name> --vault <vault>:read_items --raw`, with all its vaults, and store its token.",
  );
}

/** Nobody has to sign in as a person: it is the token that 1Password does not take. */
function refusedToken(error: unknown): unknown {
  if (!isConnectError(error)) return error;
  return new ConnectError(
    "OP_NOT_SIGNED_IN",
    "1Password does not take the token of the service account.",
    "It has expired, or the service account was deleted: create another one with `op service-account create`, and store its token.",
  );
}
