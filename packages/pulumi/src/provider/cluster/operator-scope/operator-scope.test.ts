import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { expect, test, vi } from "vitest";
import { check } from "./check.ts";
import { diffScope, diffWatch } from "./diff.ts";

const connectSame = vi.hoisted(() => vi.fn());
vi.mock("../target.ts", async (importOriginal) => ({
  ...(await importOriginal<typeof import("../target.ts")>()),
  connectSame,
}));

const inputs = {
  clusterUid: "cluster",
  namespace: "acme-prod-1password",
  name: "acme-prod-watched-namespaces",
  deployment: "acme-prod-connect-operator",
  role: "acme-prod-operator",
  roleBinding: "acme-prod-operator",
  namespaces: ["app", "data", "web"],
  holder: "holder",
};

/** What the cluster answers: the state of each namespace, and what the operator watches. */
function answer(
  states: Readonly<Record<string, string>>,
  watched?: readonly string[],
  lost: readonly {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
  }[] = [],
): void {
  connectSame.mockResolvedValueOnce({
    namespaceState: async (name: string) => states[name] ?? "there",
    readNamespace: async () => ({ isGoing: false }),
    operatorScope: () => ({
      read: async () => ({ watched, claims: {} }),
      observe: async () => ({ drift: [], lost, forbidden: [] }),
    }),
  });
}

test("namespaces that are not there yet may be made by the same program", async () => {
  answer({ app: "missing", data: "missing", web: "missing" });
  expect(await check({}, inputs, {})).toEqual({
    inputs: { ...inputs, unavailable: [], remade: {} },
  });
});

test("namespaces that are being deleted, or gone while they are watched, are no use", async () => {
  answer({ app: "leaving", data: "missing", web: "missing" }, ["web"]);
  const checked = await check(inputs, inputs, {});
  expect(checked.inputs.unavailable).toEqual(["app", "web"]);
  expect(diffScope({ ...inputs, unavailable: [], remade: {} }, checked.inputs)).toMatchObject({
    changes: true,
    replaces: [],
  });
});

test("where nothing can be asked yet, no namespace is taken for gone", async () => {
  const news = { ...inputs, clusterUid: unknownValue };
  expect(await check({}, news, {})).toEqual({ inputs: { ...news, unavailable: [], remade: {} } });
});

test("what was postponed takes a replacement: only that has an end", () => {
  const news = (...drift: readonly string[]) => ({ ...inputs, unavailable: [], drift });
  const olds = { ...inputs, unavailable: [] };
  expect(diffScope(olds, news("altered"))).toMatchObject({ changes: true, replaces: [] });
  expect(diffScope(olds, news("postponed")).replaces).toEqual(["drift"]);
});

test("what the operator lost is made anew each time, and what is not there to make it in is not", async () => {
  const binding = (namespace: string) => ({ kind: "RoleBinding", namespace, name: "operator" });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const news = { ...inputs, holder: "of what is lost" };
  answer({ app: "missing" }, ["app", "web"], [binding("app"), binding("web")]);
  const { inputs: first } = await check(news, news, {});
  expect(first.remade).toEqual({ "RoleBinding web/operator": 1 });
  answer({});
  const { inputs: unchanged } = await check({ ...first }, news, {});
  expect(unchanged.remade).toEqual(first.remade);
  answer({}, ["web"], [binding("web")]);
  const { inputs: again } = await check({ ...unchanged }, news, {});
  expect(again.remade).toEqual({ "RoleBinding web/operator": 2 });
  answer({});
  // The generation that takes the place of this one.
  expect((await check({}, news, {})).inputs.remade).toEqual(again.remade);
});

test("what the operator lost where it is to watch no more is not made anew", async () => {
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const news = { ...inputs, namespaces: ["app"], holder: "of what is left" };
  answer({}, inputs.namespaces, [
    { kind: "Role", namespace: "web", name: "acme-prod-operator" },
    { kind: "Deployment", namespace: inputs.namespace, name: inputs.deployment },
  ]);
  const { inputs: checked } = await check({ ...news, namespaces: ["app", "web"] }, news, {});
  expect(checked.remade).toEqual({ [inputs.deployment]: 1 });
  expect(stderr.mock.calls.join()).not.toContain("namespace web");
});

test("what the operator watches is taken back with its claim, whatever a preview does not know of that", () => {
  const olds = { ...inputs, generation: "1" };
  expect(diffWatch(olds, { ...inputs, generation: "2" }).replaces).toEqual(["generation"]);
  expect(diffWatch(olds, { ...inputs, generation: unknownValue }).changes).toBe(false);
  const others = { ...inputs, namespaces: ["app"], generation: unknownValue };
  expect(diffWatch(olds, others).replaces).toEqual(["namespaces"]);
  expect(diffWatch(olds, { ...olds, holder: "moved" })).toEqual({ changes: true, replaces: [] });
});
