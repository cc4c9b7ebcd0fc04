import { afterEach, expect, test, vi } from "vitest";
import { checkNamespace, requireNamespace } from "./check-namespace.ts";

const namespace = "acme-prod-1password";
const ours = { isOurs: true, isGoing: false };
const theirs = { isOurs: false, isGoing: false };

function clusterWith(found: typeof ours | undefined) {
  return { readNamespace: async () => found };
}

afterEach(() => vi.unstubAllEnvs());

test.each([
  ["a namespace that is not there yet", undefined, "opconnect", false],
  ["ours, which the state knows", ours, "opconnect", true],
  ["the platform's, where the program says so", theirs, "platform", false],
  ["one that the platform's program makes in the same update", undefined, "platform", false],
] as const)("%s is as it should be", async (_, found, owner, isKnown) => {
  await checkNamespace(clusterWith(found), { namespace, owner, isKnown });
});

test.each([
  ["the platform's, of which the program says nothing", theirs, "opconnect", true, "FOREIGN"],
  ["ours, said to be the platform's", ours, "platform", true, "FOREIGN"],
  ["ours, which the state does not know", ours, "opconnect", false, "STATE_LOST"],
] as const)("%s is refused", async (_, found, owner, isKnown, code) => {
  const check = checkNamespace(clusterWith(found), { namespace, owner, isKnown });
  await expect(check).rejects.toMatchObject({ code: expect.stringContaining(code) });
});

test("ours is not handed over by another label: the update would delete it", async () => {
  const claim = { namespace, owner: "platform", isKnown: true } as const;
  const check = checkNamespace(clusterWith(theirs), { ...claim, wasOurs: true });
  await expect(check).rejects.toThrow("was made by opconnect");
  await checkNamespace(clusterWith(theirs), { ...claim, wasOurs: false });
});

test("ours, which a lost state knew, is taken over where the Kubernetes provider does so too", async () => {
  vi.stubEnv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", "true");
  await checkNamespace(clusterWith(ours), { namespace, owner: "opconnect", isKnown: false });
});

test.each([
  ["gone", undefined, /is gone.*pulumi up --refresh/],
  ["going", { ...ours, isGoing: true }, /is being deleted.*pulumi up --refresh/],
])("a namespace that is %s leaves nothing unchanged", async (_, found, message) => {
  await expect(requireNamespace(clusterWith(found), namespace)).rejects.toThrow(message);
});

test("an identity that may not look is let through", async () => {
  const hidden = { readNamespace: async () => "hidden" as const };
  await checkNamespace(hidden, { namespace, owner: "opconnect", isKnown: false });
  await requireNamespace(hidden, namespace);
});
