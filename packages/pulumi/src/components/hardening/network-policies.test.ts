import { createConvention } from "@opconnect/core";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { consumerLabelsOf, type LimitedConnections, networkPolicies } from "./network-policies.ts";

const names = createConvention().names({ client: "acme", environment: "prod" });

function policies(limited: LimitedConnections = "ingress", connect: object = {}) {
  const [ofConnect, ofOperator] = networkPolicies(names, limited, { connect });
  return { ofConnect: ofConnect?.spec, ofOperator: ofOperator?.spec };
}

const operator = {
  podSelector: {
    matchLabels: { name: "acme-prod-connect", "app.kubernetes.io/component": "operator" },
  },
};
const consumers = {
  namespaceSelector: {},
  podSelector: { matchLabels: { "opconnect/consumer-of": "acme-prod-connect" } },
};
const api = [{ protocol: "TCP", port: 8080 }];

test("Connect is called by its operator and by pods that say so, the operator by nobody", () => {
  const { ofConnect, ofOperator } = policies();
  expect(ofConnect).toEqual({
    podSelector: { matchLabels: { app: "acme-prod-connect" } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [operator, consumers], ports: api }],
  });
  expect(ofOperator).toEqual({ ...operator, policyTypes: ["Ingress"], ingress: [] });
  expect(consumerLabelsOf(names)).toEqual(consumers.podSelector.matchLabels);
});

test("pods that are named may call Connect too, all of a namespace where no labels are said", () => {
  const eso = { "app.kubernetes.io/name": "external-secrets" };
  const pods = [{ namespace: "external-secrets", labels: eso }, { namespace: "ci" }];
  const [ofConnect, ofOperator] = networkPolicies(names, "ingress", {}, pods);
  const from = (namespace: string, matchLabels: object) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels },
  });
  expect(ofConnect?.spec.ingress).toEqual([
    { from: [operator, consumers, from("external-secrets", eso), from("ci", {})], ports: api },
  ]);
  expect(ofOperator?.spec.ingress).toEqual([]);
});

test.each([
  ["a load balancer", { serviceType: "LoadBalancer" }],
  ["an ingress", { ingress: { enabled: true } }],
  ["Prometheus", { api: { serviceMonitor: { enabled: true } } }],
  ["what is not known yet", { serviceType: pulumi.output("ClusterIP") }],
])("where values give Connect to %s, its API is open", (_, connect) => {
  expect(policies("ingress", connect).ofConnect?.ingress).toEqual([{ ports: api }]);
});

test.each([
  [{ api: { httpPort: "9090" } }, [{ protocol: "TCP", port: 9090 }]],
  [{ tls: { enabled: true } }, [{ protocol: "TCP", port: 8443 }]],
  [{ tls: { enabled: true }, api: { httpsPort: 443 } }, [{ protocol: "TCP", port: 443 }]],
  [{ api: { httpPort: pulumi.output(9090) } }, undefined],
])("the port is that of the API: %j", (connect, ports) => {
  expect(policies("ingress", connect).ofConnect?.ingress[0]?.ports).toEqual(ports);
});

test("limited in what they reach, Connect has 1Password and DNS, and no cloud's metadata", () => {
  const [dns, onePassword] = policies("ingress-and-egress").ofConnect?.egress ?? [];
  expect(dns).not.toHaveProperty("to");
  expect(dns?.ports).toContainEqual({ protocol: "UDP", port: 53 });
  expect(onePassword).toEqual({
    to: [
      { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } },
      { ipBlock: { cidr: "::/0", except: ["fd00:ec2::254/128"] } },
    ],
    ports: [{ protocol: "TCP", port: 443 }],
  });
});

test("limited in what it reaches, the operator has Connect, the API server and DNS", () => {
  const { policyTypes, egress = [] } = policies("ingress-and-egress").ofOperator ?? {};
  expect(policyTypes).toEqual(["Ingress", "Egress"]);
  const [, apiServer, connect] = egress;
  expect(apiServer?.ports?.map(({ port }) => port)).toEqual([443, 6443]);
  expect(connect).toEqual({
    to: [{ podSelector: { matchLabels: { app: "acme-prod-connect" } } }],
    ports: api,
  });
});

test("with a service account there is no Connect, and 1Password is reached as the API server is", () => {
  const [policy, ...others] = networkPolicies(names, "ingress-and-egress", {
    connect: { create: false },
  });
  expect(others).toEqual([]);
  expect(policy?.name).toBe("acme-prod-connect-operator");
  expect(policy?.spec.egress?.map(({ ports }) => ports?.map(({ port }) => port))).toEqual([
    [53, 5353, 53, 5353],
    [443, 6443],
  ]);
});

test("no policies are made where none are wanted", () => {
  expect(networkPolicies(names, "none", {})).toEqual([]);
});
