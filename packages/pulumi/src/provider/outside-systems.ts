import {
  type CredentialStore,
  createOpCli,
  openStore,
  type StoreConfig,
} from "@opconnect/provision";

/** One for all resources, since `op` takes changes one at a time. */
const op = createOpCli();

/** For what needs no store. */
export const opOnly = { op };

const stores = new Map<string, CredentialStore>();

/** The outside systems of a resource. Resources with the same store share its clients. */
export function systemsOf({ store }: { readonly store: StoreConfig }) {
  return { op, store: storeOf(store) };
}

function storeOf(config: StoreConfig): CredentialStore {
  const key = JSON.stringify(config, Object.keys(config).sort());
  const store = stores.get(key) ?? openStore(config);
  stores.set(key, store);
  return store;
}
