import { expect, test } from "vitest";
import { renderHosts } from "./hosts-file.ts";

test("a Service has its short name at home, its long ones everywhere", () => {
  const services = [
    { namespace: "acme-prod", name: "connect", address: "127.77.1.1" },
    { namespace: "acme-dev", name: "connect", address: "127.77.1.2" },
  ];
  expect(renderHosts("acme-prod", services)).toBe(
    `127.0.0.1 localhost
::1 localhost
127.77.1.1 connect connect.acme-prod connect.acme-prod.svc connect.acme-prod.svc.cluster.local
127.77.1.2 connect.acme-dev connect.acme-dev.svc connect.acme-dev.svc.cluster.local
`,
  );
});
