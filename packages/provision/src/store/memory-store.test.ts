import { createMemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { describeCredentialStore } from "../../fixtures/suites/credential-store-suite.ts";

describeCredentialStore("in memory", async () => {
  const store = createMemoryStore({ isStrict: true });
  return {
    store,
    otherStore: store,
    createForeignSecret: async (name) => void store.secrets.set(name, { tags: {} }),
    missingSecretId: "missing",
  };
});
