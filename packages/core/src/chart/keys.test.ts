import { expect, test } from "vitest";
import { untakenValues } from "./keys.ts";

test("what the chart's values.yaml has is taken", () => {
  const values = {
    commonLabels: { team: "a" },
    connect: {
      api: { serviceMonitor: { enabled: true } },
      ingress: { hosts: [{ host: "connect.example.test", paths: [] }] },
      affinity: { nodeAffinity: { anything: {} } },
    },
    operator: { probes: { liveness: { create: false } }, tls: { trust: { secret: "ca" } } },
  };
  expect(untakenValues("2.4.1", values)).toEqual([]);
});

test("a misspelt key is not taken, at any depth, and those that are come with it", () => {
  const values = { operator: { pollingIntervall: 60 }, connect: { api: { loglevel: "debug" } } };
  expect(untakenValues("2.4.1", values)).toEqual([
    {
      path: ["operator", "pollingIntervall"],
      known: expect.arrayContaining(["pollingInterval"]),
      since: undefined,
    },
    {
      path: ["connect", "api", "loglevel"],
      known: expect.arrayContaining(["logLevel"]),
      since: undefined,
    },
  ]);
});

test.each([
  ["2.2.0", "enableAnnotations", "2.2.1"],
  ["2.2.1", "allowEmptyValues", "2.3.0"],
  ["1.17.1", "authMethod", "2.0.1"],
])("chart %s does not take operator.%s, which %s does", (version, key, since) => {
  const values = { operator: { [key]: true } };
  expect(untakenValues(version, values)).toMatchObject([{ path: ["operator", key], since }]);
  expect(untakenValues(since, values)).toEqual([]);
});

test("a key that every object has is none of the chart's", () => {
  const values = { operator: { constructor: 1 } };
  expect(untakenValues("2.4.1", values)).toMatchObject([{ path: ["operator", "constructor"] }]);
});
