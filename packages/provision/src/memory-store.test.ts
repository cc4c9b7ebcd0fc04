import { describeCredentialStore } from "../fixtures/credential-store-suite.ts";
import { createMemoryStore } from "../fixtures/memory-store.ts";

describeCredentialStore("in memory", async () => {
  const store = createMemoryStore({ isStrict: true });
  return {
    store,
    otherStore: store,
    createForeignSecret: async (name) => void store.secrets.set(name, { tags: {} }),
    missingSecretId: "missing",
  };
});
