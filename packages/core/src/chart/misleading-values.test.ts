import { expect, test } from "vitest";
import { misleadingValues } from "./misleading-values.ts";

const connect = (value: object) => ({ connect: value });
const operator = (value: object) => ({ operator: value });
const variable = (name: string, value: unknown = "a") => ({ customEnvVars: [{ name, value }] });

test.each<[string, string, Readonly<Record<string, unknown>>]>([
  ["2.4.1", "connect.create", connect({ create: false })],
  ["2.2.1", "connect.tls.enabled", connect({ tls: { enabled: true, secret: "tls" } })],
  ["2.4.1", "operator.imagePullPolicy", operator({ imagePullPolicy: "Always" })],
  [
    "1.17.0",
    "operator.clusterRoleBinding.create",
    operator({ clusterRoleBinding: { create: false } }),
  ],
  ["2.4.1", "operator.hpa.enabled", operator({ hpa: { enabled: true } })],
  ["2.4.1", "connect.pdb.minAvailable", connect({ pdb: { minAvailable: 1 } })],
  ["2.4.1", "operator.pdb.minAvailable", operator({ pdb: { minAvailable: 1, maxUnavailable: 1 } })],
  ["2.4.1", "operator.enableAnnotations", operator({ enableAnnotations: true, version: "1.9.1" })],
  ["2.4.1", "operator.allowEmptyValues", operator({ allowEmptyValues: true, version: "1.10.1" })],
  ["2.4.1", "operator.customEnvVars.0.name", operator(variable("OP_SERVICE_ACCOUNT_TOKEN"))],
  ["2.4.1", "operator.customEnvVars.0.name", operator(variable("MANAGE_CONNECT"))],
  ["2.4.1", "connect.customEnvVars.0.name", connect(variable("OP_SESSION"))],
  ["2.0.5", "operator.customEnvVars.0.value", operator(variable("LEVEL", "1"))],
  ["2.0.5", "connect.customEnvVars.0.value", connect(variable("DEBUG", "true"))],
  ["1.17.0", "connect.customEnvVars.0.value", connect(variable("LEVEL", 1))],
])("in chart %s, %s does not do what it says", (version, path, values) => {
  expect(misleadingValues(version, values)).toEqual([
    { path, says: expect.stringMatching(/^ \w/), remedy: expect.stringMatching(/\.$/) },
  ]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["2.3.0", connect({ tls: { enabled: true, secret: "tls" } })],
  ["2.2.1", connect({ tls: { enabled: false } })],
  ["2.4.1", connect({ create: true, imagePullPolicy: "Always" })],
  ["2.4.1", connect({ pdb: { minAvailable: 1, maxUnavailable: 0 } })],
  ["2.4.1", operator({ pdb: { minAvailable: "", maxUnavailable: 1 } })],
  ["2.4.1", operator({ enableAnnotations: true, allowEmptyValues: true })],
  ["2.4.1", operator({ enableAnnotations: true, version: "1.10.0" })],
  ["2.4.1", operator({ enableAnnotations: true, version: "our-build" })],
  ["2.2.1", operator({ enableAnnotations: false, ...variable("HTTPS_PROXY", "http://proxy") })],
  ["2.0.5", operator(variable("LEVEL", "debug"))],
  ["2.1.0", operator(variable("LEVEL", "1"))],
  ["2.4.1", {}],
])("in chart %s, %j is what it says", (version, values) => {
  expect(misleadingValues(version, values)).toEqual([]);
});
