import { ConnectError } from "@opconnect/core/connect-error";
import { z } from "zod";
import type { CredentialStore } from "./contract/credential-store.ts";
import type { StoreKind } from "./contract/store-kind.ts";
import { type StoreConfig, storeKindOf, storeKinds } from "./kinds.ts";

const [defaultKind, ...others] = storeKinds;
const otherKinds: readonly StoreKind<StoreConfig>[] = others;
const allKinds = storeKinds.map(({ kind }) => `"${kind}"`).join(", ");

/** Checks which credential store an environment uses. */
export interface StoreConfigSchema extends z.ZodType<StoreConfig> {}

/** Which credential store an environment uses, as text and numbers from outside. */
export const storeConfigSchema: StoreConfigSchema = z.discriminatedUnion(
  "kind",
  [schemaOf(defaultKind), ...others.map(schemaOf)],
  `one of ${allKinds}`,
);

function schemaOf<C extends StoreConfig>({ kind, fields }: StoreKind<C>) {
  const schema = z.strictObject({ kind: z.literal(kind), ...fields() });
  return schema as unknown as z.ZodType<C> & z.core.$ZodTypeDiscriminable;
}

/**
 * Checks which credential store an environment uses.
 * @throws `ARGUMENT_INVALID` naming every field that is wrong.
 */
export function parseStoreConfig(config: unknown): StoreConfig {
  return parseConfig(storeConfigSchema, config);
}

/**
 * Opens the credential store that an environment uses. Nothing is loaded, read or asked before the
 * first call of a method.
 * @throws `ARGUMENT_INVALID` naming every field that is wrong.
 */
export function openStore(config: StoreConfig): CredentialStore {
  return openParsed(parseStoreConfig(config));
}

/**
 * Opens the credential store that options of the command line mean, to look at what it holds.
 * @throws `ARGUMENT_INVALID` naming every option that is wrong.
 */
export function openStoreOfOptions(options: unknown): {
  readonly config: StoreConfig;
  readonly store: CredentialStore;
} {
  const meant = otherKinds.find((kind) => kind.fromOptions().safeParse(options).success);
  const config = parseConfig((meant ?? defaultKind).fromOptions(), options);
  return { config, store: openParsed(config) };
}

function parseConfig<T>(schema: z.core.$ZodType<T>, config: unknown): T {
  const { success, data, error } = z.safeParse(schema, config);
  if (success) return data;
  const wrong = error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `${fieldOf(issue)} has no field ${issue.keys.join(", ")}`
      : `${fieldOf(issue)} is not ${issue.message}`,
  );
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `The credential store is not described as it must be: ${wrong.join("; ")}.`,
    "Correct the fields of `store`.",
  );
}

function fieldOf({ path }: z.core.$ZodIssue): string {
  return ["store", ...path.map(String)].join(".");
}

function openParsed(config: StoreConfig): CredentialStore {
  let loading: Promise<CredentialStore> | undefined;
  const store = () => {
    loading ??= storeKindOf(config).load(config);
    return loading;
  };
  return {
    read: async (secretId, reading) => (await store()).read(secretId, reading),
    describe: async (secretId, look) => (await store()).describe(secretId, look),
    write: async (credential) => (await store()).write(credential),
    tag: async (secretId, tags) => (await store()).tag(secretId, tags),
    restore: async (secretId, versionId) => (await store()).restore(secretId, versionId),
    readLease: async (secretId) => (await store()).readLease(secretId),
    writeLease: async (...lease) => (await store()).writeLease(...lease),
    ensureSecret: async (secret) => (await store()).ensureSecret(secret),
    findSecret: async (name) => (await store()).findSecret(name),
    deleteSecret: async (secretId) => (await store()).deleteSecret(secretId),
    listSecrets: async () => (await store()).listSecrets(),
    now: async () => (await store()).now(),
  };
}
