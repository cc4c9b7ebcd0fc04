import { isOnePasswordId } from "@opconnect/core/op-id";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { ConnectEnvironment } from "./environment/connect-environment.ts";
import { connectMocks } from "./testing.ts";

test("an environment has ids and outputs as real ones have, beside a user's own mocks", async () => {
  const told: string[] = [];
  const mocks = connectMocks({
    newResource({ type, name, inputs }) {
      told.push(type);
      // As many a user's mocks do: a uid for every namespace.
      return { id: `own-${name}`, state: { ...inputs, metadata: { name, uid: `uid-${name}` } } };
    },
    call: ({ token }) => ({ token }),
  });
  await pulumi.runtime.setMocks(mocks, "acme", "prod");
  const { serverId, vaultIds, tokenSecretIds, credentialsSecretId, cluster } =
    new ConnectEnvironment("acme-prod", {
      client: "acme",
      environment: "prod",
      vaults: ["app", "data"],
      tokens: { ci: { expiresIn: "90d" } },
      items: { postgres: { namespace: "app", vault: "app", item: "postgres" } },
      store: { kind: "age-file", folder: "secrets", recipients: ["age1fixturefixturefixture"] },
    });
  const outputs = await new Promise<Record<string, never>>((resolve) => {
    const { clusterUid } = cluster;
    const all = { serverId, vaultIds, tokenSecretIds, credentialsSecretId, clusterUid };
    pulumi.output(all).apply((known) => resolve(known as never));
  });
  expect(outputs).toEqual({
    serverId: expect.stringMatching(/^[0-9A-Z]{26}$/),
    vaultIds: { app: expect.any(String), data: expect.any(String) },
    tokenSecretIds: {
      operator: "age:opconnect/acme/prod/operator-token",
      ci: "age:opconnect/acme/prod/ci-token",
    },
    credentialsSecretId: "age:opconnect/acme/prod/credentials",
    clusterUid: expect.any(String),
  });
  const { app, data } = outputs.vaultIds as unknown as Record<string, string>;
  expect([app, data].map((id) => isOnePasswordId(String(id)))).toEqual([true, true]);
  expect(app).not.toBe(data);
  expect(told).toContain("pulumi-nodejs:dynamic/opconnect:ConnectServer");
  const made = await mocks.newResource({ type: "a:b:C", name: "x", inputs: {} } as never);
  expect(made.id).toBe("own-x");
  expect(await mocks.call({ token: "a:b:c", inputs: {} })).toEqual({ token: "a:b:c" });
});
