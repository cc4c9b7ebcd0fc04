import { existsSync } from "node:fs";
import { ConnectError, type ConnectErrorCode } from "@opconnect/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newSightNote, takeSight } from "../sight.ts";
import type * as secret from "./secret.ts";
import type * as target from "./target.ts";

const connect = vi.fn();
const lacksKubeconfig = vi.fn(() => false);
vi.mock("@opconnect/provision/cluster", () => ({ connectCluster: connect, lacksKubeconfig }));
const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);

let targets: typeof target;
let secrets: typeof secret;
beforeEach(async () => {
  vi.resetModules();
  targets = await import("./target.ts");
  secrets = await import("./secret.ts");
});
afterEach(() => vi.clearAllMocks());

const access = { kubeconfig: "/home/ci/kubeconfig" };
const olds = { ...access, clusterUid: "uid" };

function answer(code: ConnectErrorCode): void {
  const uid = () => Promise.reject(new ConnectError(code, "No.", "Ask."));
  connect.mockResolvedValue({ uid });
}

async function previewed(known: object) {
  const sightNote = newSightNote();
  const { inputs, failures } = await targets.check({ ...known }, { ...access, sightNote }, {});
  const sight = takeSight(sightNote);
  expect(existsSync(sightNote)).toBe(false);
  return { inputs, failures, sight };
}

test.each<ConnectErrorCode>(["CLUSTER_UNREACHABLE", "CLUSTER_ACCESS_DENIED", "CLUSTER_FAILED"])(
  "a preview goes without a cluster that cannot be asked (%s), an update stops there",
  async (code) => {
    answer(code);
    const hidden = { happened: "No.", remedy: "Ask.", code };
    expect(await previewed(olds)).toEqual({ inputs: olds, sight: { hidden } });
    expect(await previewed({})).toEqual({ inputs: access, sight: { hidden } });
    expect(connect).toHaveBeenLastCalledWith(access, 5_000);
    const { failures } = await targets.check(olds, access, {});
    expect(failures).toMatchObject([{ reason: expect.stringContaining(`[${code}]`) }]);
  },
);

test("a kubeconfig that is wrong stops a preview, one that a runner lacks does not", async () => {
  connect.mockRejectedValue(new ConnectError("CLUSTER_CONFIG_INVALID", "No.", "Ask."));
  expect((await previewed({})).failures).toHaveLength(1);
  lacksKubeconfig.mockReturnValueOnce(true);
  expect((await previewed({})).failures).toBeUndefined();
});

test("a cluster that is yet to be made leaves what the state knows in its place", async () => {
  const sightNote = newSightNote();
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const { inputs } = await targets.check(olds, { kubeconfig: unknown, sightNote }, {});
  expect(inputs).toEqual({ kubeconfig: unknown, clusterUid: "uid" });
  expect(takeSight(sightNote)).toEqual({ isToBeMade: true });
});

test("what has been found out of sight is not tried again, nor said, by others", async () => {
  answer("CLUSTER_UNREACHABLE");
  await previewed(olds);
  connect.mockClear();
  const news = { ...olds, namespace: "acme", name: "token", holder: "urn" };
  expect((await secrets.check(news, news, {})).failures).toBeUndefined();
  expect(connect).not.toHaveBeenCalled();
  expect(said).not.toHaveBeenCalled();
  // An update of the same process asks anew.
  await targets.check(olds, access, {});
  expect((await secrets.check(news, news, {})).failures).toHaveLength(1);
});

test("a preview notes whether the identity may read what the chart looks up", async () => {
  const mayReadSecrets = vi.fn(async () => false);
  connect.mockResolvedValue({ uid: async () => "uid", mayReadSecrets });
  expect((await previewed(olds)).sight).toEqual({ showsSecrets: false });
  await targets.check(olds, access, {});
  expect(mayReadSecrets).toHaveBeenCalledTimes(1);
});

test("a cluster that does not say what the identity may read is seen all the same", async () => {
  const mayReadSecrets = () => Promise.reject(new ConnectError("CLUSTER_FAILED", "No.", "Look."));
  connect.mockResolvedValue({ uid: async () => "uid", mayReadSecrets });
  const { sight, inputs } = await previewed(olds);
  expect(sight).toEqual({});
  expect(inputs).toMatchObject({ clusterUid: "uid" });
});
