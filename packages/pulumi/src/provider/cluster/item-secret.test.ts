import { ConnectError } from "@opconnect/core";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { beforeEach, expect, test, vi } from "vitest";
import { check } from "./item-secret.ts";

const observeArrival = vi.hoisted(() => vi.fn());
vi.mock("./target.ts", async (importOriginal) => ({
  ...(await importOriginal<typeof import("./target.ts")>()),
  connectSame: async () => ({ observeArrival }),
}));
const said = vi.hoisted((): string[] => []);
vi.mock("../warn-once.ts", () => ({ sayOnce: (line: string) => said.push(line) }));

const inputs = {
  ...{ clusterUid: "cluster", namespace: "app", name: "db", itemPath: "vaults/a/items/b" },
  ...{ type: "Opaque", needs: ["username", "password"] },
};
const state = { ...inputs, keys: ["password", "username"], version: "1" };

beforeEach(() => {
  said.length = 0;
  observeArrival.mockReset();
  observeArrival.mockResolvedValue({ keys: ["username"], version: "2", source: "" });
});

test("a preview says which keys a Secret has lost since an update has found them", async () => {
  expect(await check(state, inputs, {})).toEqual({ inputs });
  expect(said).toEqual([
    expect.stringMatching(
      /^The Secret app\/db has lost password since the last update; it has username\. .*`keys`/,
    ),
  ]);
});

test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
  ["was never waited for", {}, inputs],
  ["is of another item now, for which an update waits", state, { ...inputs, itemPath: "other" }],
  ["has to have another key now, for which an update waits", state, { ...inputs, needs: ["ca"] }],
  ["is in a cluster that is not known yet", state, { ...inputs, clusterUid: unknownValue }],
])("a Secret that %s is not looked at", async (_, olds, news) => {
  expect(await check(olds, news, {})).toEqual({ inputs: news });
  expect(observeArrival).not.toHaveBeenCalled();
});

test.each([
  ["has all its keys", async () => ({ keys: state.keys, version: "1", source: "" })],
  ["is gone, of which the item tells", async () => undefined],
  [
    "cannot be asked for, of which the item tells",
    () => Promise.reject(new ConnectError("CLUSTER_UNREACHABLE", "No.", "Look.")),
  ],
])("nothing is said of a Secret that %s", async (_, found) => {
  observeArrival.mockImplementation(found);
  expect(await check(state, inputs, {})).toEqual({ inputs });
  expect(said).toEqual([]);
});
