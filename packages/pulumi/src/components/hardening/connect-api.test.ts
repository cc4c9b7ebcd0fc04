import { createConvention } from "@opconnect/core";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { connectHostOf } from "./connect-api.ts";

const names = createConvention().names({ client: "acme", environment: "prod" });
const host = "acme-prod-connect.acme-prod-1password.svc";

test.each([
  ["as the chart has it", {}, `http://${host}:8080`],
  ["at another port", { api: { httpPort: "9090" } }, `http://${host}:9090`],
  ["with TLS", { tls: { enabled: true } }, `https://${host}:8443`],
  [
    "with TLS that is known later",
    { tls: { enabled: pulumi.output(true) }, api: { httpsPort: 443 } },
    `https://${host}:443`,
  ],
])("Connect is called at its Service, %s", async (_, connect, address) => {
  const found = await new Promise((resolve) => {
    connectHostOf(names, { connect }).apply(resolve);
  });
  expect(found).toBe(address);
});
