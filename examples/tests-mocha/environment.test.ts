import assert from "node:assert/strict";
import { connectMocks } from "@opconnect/pulumi/testing";
import * as pulumi from "@pulumi/pulumi";

before(async () => {
  await pulumi.runtime.setMocks(connectMocks(), "acme", "prod");
});

it("gives each consumer a secret of its own", async () => {
  const { makeEnvironment } = await import("./environment.ts");
  const { tokenSecretIds } = makeEnvironment("acme", "prod");
  const ids = await new Promise<object>((resolve) => {
    pulumi.output(tokenSecretIds).apply(resolve);
  });
  assert.deepEqual(Object.keys(ids), ["operator", "ci"]);
  for (const id of Object.values(ids)) assert.match(id, /opconnect\/acme\/prod\/.*-token$/);
});
