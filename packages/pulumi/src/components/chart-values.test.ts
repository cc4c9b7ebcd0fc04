import { createConvention, latestChartVersion } from "@opconnect/core";
import { expect, test } from "vitest";
import { type ChartValuesArgs, chartValues, setsConnectReplicas } from "./chart-values.ts";

const names = createConvention().names({ client: "acme", environment: "prod" });
const ours = { names, version: latestChartVersion };

test("without a word from the user, only names and what the environment needs are set", () => {
  expect(chartValues(ours)).toEqual({
    connect: {
      applicationName: "acme-prod-connect",
      host: "acme-prod-connect",
      credentialsName: "acme-prod-credentials",
      credentialsKey: "1password-credentials.json",
      serviceType: "ClusterIP",
      pdb: { enabled: true },
      sync: { resources: { requests: { cpu: "20m", memory: "64Mi" } } },
    },
    operator: {
      resources: { requests: { cpu: "10m", memory: "64Mi" } },
      create: true,
      authMethod: "connect",
      applicationName: "acme-prod-connect-operator",
      watchNamespace: ["acme-prod-1password"],
      token: { name: "acme-prod-token", key: "token" },
      serviceAccount: { name: "acme-prod-onepassword-operator" },
      clusterRole: { create: false, name: "acme-prod-onepassword-operator" },
      clusterRoleBinding: { name: "acme-prod-onepassword-operator" },
      roleBinding: { create: false, name: "acme-prod-onepassword-operator" },
    },
    acceptanceTests: { healthCheck: { enabled: false } },
  });
});

test("typed inputs arrive where the chart reads them", () => {
  const resources = { limits: { memory: "64Mi" } };
  const values = chartValues({
    ...ours,
    connect: { replicas: 2, apiResources: resources, syncResources: resources },
    operator: { pollingInterval: 60, autoRestart: true, replicas: 1, resources },
  });
  expect(values).toMatchObject({
    connect: { replicas: 2, api: { resources }, sync: { resources } },
    operator: { pollingInterval: "60", autoRestart: true, replicas: 1, resources },
  });
});

test("an autoscaler decides on the number of pods, and nothing else does", () => {
  const hpa = { enabled: true, minReplicas: 2 };
  expect(setsConnectReplicas(chartValues({ ...ours, values: { connect: { hpa } } }))).toBe(false);
  const message = /replicas` sets the number of pods, and so does the autoscaler.*ARGUMENT_INVALID/;
  const twice = [
    { connect: { replicas: 2 }, values: { connect: { hpa } } },
    { values: { connect: { hpa, replicas: 2 } } },
  ];
  for (const args of twice) expect(() => chartValues({ ...ours, ...args })).toThrow(message);
});

test("a disruption budget that values say is theirs", () => {
  const pdb = (values: object) => chartValues({ ...ours, values: { connect: { pdb: values } } });
  expect(pdb({ enabled: false })).toMatchObject({ connect: { pdb: { enabled: false } } });
  const ofBoth = { enabled: true, maxUnavailable: "50%" };
  expect(pdb({ maxUnavailable: "50%" })).toMatchObject({ connect: { pdb: ofBoth } });
});

test("resources that a value says are those, and none are added", () => {
  const values = { operator: { resources: { limits: { memory: "32Mi" } } } };
  expect(chartValues({ ...ours, values }).operator).toMatchObject(values.operator);
  expect(chartValues({ ...ours, values }).operator).not.toHaveProperty("resources.requests");
});

test("namespaces are watched once each, and all of them only when asked for by name", () => {
  const watched = (watchNamespaces: readonly string[] | "all") =>
    chartValues({ ...ours, operator: { watchNamespaces } });
  expect(watched(["b", "a", "b"])).toMatchObject({ operator: { watchNamespace: ["a", "b"] } });
  expect(watched("all")).toMatchObject({ operator: { watchNamespace: [] } });
});

test("values that have no typed input go through beside ours", () => {
  const values = { connect: { tolerations: [{ key: "infra" }], api: { logLevel: "debug" } } };
  const merged = chartValues({
    ...ours,
    connect: { apiResources: { limits: { cpu: "1" } } },
    values,
  });
  expect(merged).toMatchObject({
    connect: {
      applicationName: "acme-prod-connect",
      tolerations: [{ key: "infra" }],
      api: { logLevel: "debug", resources: { limits: { cpu: "1" } } },
    },
  });
});

test("the number of pods of Connect may be said by the typed input or by a value", () => {
  const says = (args: Partial<ChartValuesArgs>) =>
    setsConnectReplicas(chartValues({ ...ours, ...args }));
  expect(says({})).toBe(false);
  expect(says({ connect: { replicas: 3 } })).toBe(true);
  expect(says({ values: { connect: { replicas: 3 } } })).toBe(true);
});

test("a value that is ours to set is refused, and the field named", () => {
  const values = { operator: { clusterRole: { name: "x" } } };
  const message =
    /`values\.operator\.clusterRole\.name` sets what opconnect sets.*ARGUMENT_INVALID/;
  expect(() => chartValues({ ...ours, values })).toThrow(message);
});

test("Connect's Service opens no port on nodes, unless a value says so", () => {
  const values = { connect: { serviceType: "LoadBalancer" } };
  expect(chartValues({ ...ours, values })).toMatchObject(values);
});

test.each([
  ["1.17.0", "1password-credentials.base64"],
  ["2.2.1", "1password-credentials.base64"],
  ["2.3.0", "1password-credentials.json"],
  ["99.0.0", "1password-credentials.json"],
])("chart %s reads the credentials file under %s", (version, credentialsKey) => {
  expect(chartValues({ names, version })).toMatchObject({ connect: { credentialsKey } });
});

test.each([
  [{ connect: { replicas: 2 } }, "`connect.replicas`"],
  [{ values: { connect: { ingress: { enabled: true } } } }, "`values.connect.ingress`"],
])("%j is refused where a service account does without Connect", (change, named) => {
  const told = () => chartValues({ ...ours, ...change, serviceAccount: true });
  expect(told).toThrow(`${named} is about Connect, and with a service account there is none.`);
  expect(told).toThrow("[ARGUMENT_INVALID]");
  expect(chartValues({ ...ours, serviceAccount: true, values: { connect: {} } })).toMatchObject({
    connect: { create: false },
  });
});
