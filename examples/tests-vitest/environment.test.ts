import { connectMocks } from "@opconnect/pulumi/testing";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";

beforeAll(async () => {
  await pulumi.runtime.setMocks(connectMocks(), "acme", "prod");
});

test("each consumer has a secret of its own", async () => {
  const { makeEnvironment } = await import("./environment.ts");
  const { tokenSecretIds } = makeEnvironment("acme", "prod");
  const ids = await new Promise((resolve) => pulumi.output(tokenSecretIds).apply(resolve));
  expect(ids).toEqual({
    operator: expect.stringContaining("opconnect/acme/prod/operator-token"),
    ci: expect.stringContaining("opconnect/acme/prod/ci-token"),
  });
});
