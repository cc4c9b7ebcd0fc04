import type { V1EndpointSlice } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { listBackends } from "./ports.ts";

const service = {
  metadata: { namespace: "acme-prod", name: "connect" },
  spec: {
    ports: [
      { name: "connect-sync", port: 8081 },
      { name: "connect-api", port: 80 },
    ],
  },
};

test("each port leads to the ready endpoints of the same name", () => {
  const slices = [slice("acme-prod", "connect"), slice("acme-dev", "connect")];
  expect([...listBackends(service, slices)]).toEqual([
    [8081, [{ ip: "10.244.1.2", port: 8081 }]],
    [80, [{ ip: "10.244.1.2", port: 8080 }]],
  ]);
});

test("without endpoints a port leads nowhere", () => {
  expect([...listBackends(service, [slice("acme-prod", "other")])]).toEqual([
    [8081, []],
    [80, []],
  ]);
});

function slice(namespace: string, name: string): V1EndpointSlice {
  return {
    addressType: "IPv4",
    metadata: { namespace, labels: { "kubernetes.io/service-name": name } },
    ports: [
      { name: "connect-api", port: 8080 },
      { name: "connect-sync", port: 8081 },
    ],
    endpoints: [
      { addresses: ["10.244.1.2"], conditions: { ready: true } },
      { addresses: ["10.244.1.3"], conditions: { ready: false } },
    ],
  };
}
