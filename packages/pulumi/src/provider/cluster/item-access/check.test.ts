import { ConnectError } from "@opconnect/core";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { beforeEach, expect, test, vi } from "vitest";

const connectSame = vi.hoisted(() => vi.fn());
vi.mock("../target.ts", async (importOriginal) => ({
  ...(await importOriginal<typeof import("../target.ts")>()),
  connectSame,
}));

const rule = {
  ...{ namespaces: ["app"], vaults: ["v"], items: ["*"], secretNames: ["*"] },
  secretTypes: ["Opaque"],
};
const inputs = { clusterUid: "uid", namespaces: ["app"], rules: [rule], stack: "client/prod" };

/** The cluster has this, and answers so. */
function answer(change: object = {}): { readonly listAskers: ReturnType<typeof vi.fn> } {
  const listAskers = vi.fn(async () => ({ askers: [], missed: [] }));
  const cluster = {
    ...{ servesAdmissionPolicies: async () => true, listForbiddenPolicies: async () => [] },
    ...{ listAskers, ...change },
  };
  connectSame.mockResolvedValue(cluster);
  return cluster;
}

const asks = (itemPath: string) => [{ itemPath, secretName: "x", type: "Opaque" }];
const item = (name: string, itemPath: string, stack?: string) => ({
  ...{ kind: "OnePasswordItem", namespace: "app", name, stack, asks: asks(itemPath) },
});

const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
const lines = () => said.mock.calls.map(([text]) => String(text)).join("");
/** Of a new process each, as what was said is not said again. */
let check: typeof import("./check.ts")["check"];
beforeEach(async () => {
  vi.resetModules();
  said.mockClear();
  ({ check } = await import("./check.ts"));
});

test("what is there and no rule allows is named, but for what the stack itself has made", async () => {
  const askers = [
    item("good", "vaults/v/items/x"),
    item("foreign", "vaults/other/items/fixture-title"),
    item("own", "vaults/former/items/x", inputs.stack),
    { ...item("web", ""), kind: "Deployment", asks: [...asks("vaults/v/items/x"), ...asks("")] },
  ];
  answer({ listAskers: async () => ({ askers, missed: [] }) });
  expect(await check({}, inputs, {})).toEqual({ inputs });
  expect(lines()).toMatch(/already: Deployment app\/web, OnePasswordItem app\/foreign\. .*rules/);
  expect(lines()).not.toContain("fixture-title");
});

test("all namespaces are looked at where all are guarded, and no more than some are named", async () => {
  const many = Array.from({ length: 25 }, (_, at) => item(`i${at}`, ""));
  const listAskers = vi.fn(async () => ({ askers: many, missed: [] }));
  answer({ listAskers });
  await check({}, { ...inputs, namespaces: "all" }, {});
  expect(listAskers).toHaveBeenCalledExactlyOnceWith([]);
  expect(lines()).toContain(", and 5 more.");
});

test("a cluster without such policies is refused, with the way out", async () => {
  answer({ servesAdmissionPolicies: async () => false });
  const { failures } = await check({}, inputs, {});
  expect(failures).toMatchObject([
    { reason: expect.stringMatching(/1\.30.*`itemAccess: false`.*\[CLUSTER_POLICY_UNSUPPORTED\]/) },
  ]);
});

test("who may not make policies is told so where an update would, and not where all is as it was", async () => {
  const group = "admissionregistration.k8s.io";
  const forbidden = [{ verb: "create", group, resource: "validatingadmissionpolicies" }];
  answer({ listForbiddenPolicies: async () => forbidden });
  await check(inputs, inputs, {});
  expect(lines()).toBe("");
  expect(await check({}, inputs, {})).toEqual({ inputs });
  expect(lines()).toMatch(/may not make validatingadmissionpolicies\.admission.*itemAccess: false/);
});

test("what cannot be looked at is said, and holds up nothing", async () => {
  answer({ listAskers: async () => ({ askers: [], missed: ["Deployments in app"] }) });
  expect(await check({}, inputs, {})).toEqual({ inputs });
  expect(lines()).toContain("Not looked at, for want of the right to list them");
  expect(lines()).toContain("Deployments in app.");
  connectSame.mockRejectedValue(new ConnectError("CLUSTER_UNREACHABLE", "No.", "Ask."));
  expect(await check({}, inputs, {})).toEqual({ inputs });
  expect(lines()).toMatch(/could not be asked what .* would deny\. .*CLUSTER_UNREACHABLE/);
});

test("nothing is asked of a cluster that is not known yet", async () => {
  const news = { ...inputs, clusterUid: unknownValue };
  expect(await check({}, news, {})).toEqual({ inputs: news });
  const { listAskers } = answer();
  await check({}, { ...inputs, rules: [{ ...rule, vaults: [unknownValue] }] }, {});
  expect(listAskers).toHaveBeenCalled();
});
