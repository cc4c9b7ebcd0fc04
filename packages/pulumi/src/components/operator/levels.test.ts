import { log } from "@pulumi/pulumi";
import { expect, test, vi } from "vitest";
import { recordResources } from "../../../fixtures/recorder.ts";
import { ConnectDeployment, type ConnectDeploymentArgs } from "../connect-deployment.ts";

const stored = { secretId: "secret", fingerprint: "f" };

/** What is made of some kinds, by what the API server is told. */
async function made(
  kinds: RegExp,
  { version = "2.4.1", ...args }: Partial<ConnectDeploymentArgs> & { version?: string } = {},
) {
  const acme = { client: "acme", environment: "prod" };
  const chart = { version };
  const given = { ...acme, credentials: stored, operatorToken: stored, chart, ...args };
  const resources = await recordResources(() => {
    new ConnectDeployment("acme-prod", given);
  });
  return resources.filter(({ type }) => kinds.test(type)).map(({ inputs }) => inputs);
}

test("a namespace is told by an annotation that has a field manager of its own", async () => {
  const operator = { watchNamespaces: ["app", "web"], autoRestartIn: { app: true, web: false } };
  const told = await made(/NamespacePatch/, { operator });
  expect(told.map(({ metadata }) => metadata)).toEqual([
    {
      name: "app",
      annotations: {
        "operator.1password.io/auto-restart": "true",
        "pulumi.com/patchFieldManager": "opconnect-auto-restart",
        "pulumi.com/patchForce": "true",
      },
    },
    expect.objectContaining({
      name: "web",
      annotations: expect.objectContaining({ "operator.1password.io/auto-restart": "false" }),
    }),
  ]);
});

test("an operator before 1.11 may see the names of all namespaces, a newer one may not", async () => {
  const role = "acme-prod-onepassword-operator-namespaces";
  expect(await made(/:ClusterRole/, { version: "2.2.1" })).toMatchObject([
    { metadata: { name: role }, rules: [{ resources: ["namespaces"], verbs: ["list", "watch"] }] },
    {
      roleRef: { kind: "ClusterRole", name: role },
      subjects: [{ name: "acme-prod-onepassword-operator", namespace: "acme-prod-1password" }],
    },
  ]);
  expect(await made(/:ClusterRole/, { version: "2.3.0" })).toEqual([]);
  const values = { operator: { version: "1.10.1" } };
  expect(await made(/:ClusterRole/, { version: "2.4.1", values })).toMatchObject([
    { metadata: { name: role } },
    { metadata: { name: role } },
  ]);
});

test("several pods of the operator are warned of, as all of them act", async () => {
  const warn = vi.spyOn(log, "warn").mockResolvedValue();
  await made(/rbac/, { operator: { replicas: 1 } });
  expect(warn).not.toHaveBeenCalled();
  await made(/rbac/, { operator: { replicas: 2 } });
  expect(warn.mock.calls.map(([line]) => line)).toEqual([
    expect.stringMatching(/^`operator.replicas` is 2: each .* writes all Secrets/),
  ]);
});
