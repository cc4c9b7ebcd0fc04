import type { EnvironmentNames } from "@opconnect/core";
import { type ChartValues, valueAt } from "../values-schema.ts";
import { knownApiPort } from "./connect-api.ts";
import { type ConsumerPods, consumerPeers } from "./consumer-pods.ts";

/** Which connections NetworkPolicies of ours limit. */
export type LimitedConnections = "ingress" | "ingress-and-egress" | "none";

/** Labels with which a pod, in whichever namespace, may call an environment's Connect. */
export function consumerLabelsOf({ connectApplication }: EnvironmentNames) {
  return { "opconnect/consumer-of": connectApplication };
}

/**
 * NetworkPolicies of an environment's pods, by the Deployment. Kubernetes adds up policies, so what a
 * cluster needs besides is another policy beside these.
 * @param values What the chart is given.
 * @param pods Those that call Connect without its label.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicies(
  names: EnvironmentNames,
  limited: LimitedConnections,
  values: ChartValues,
  pods: readonly ConsumerPods[] = [],
) {
  if (limited === "none") return [];
  const hasConnect = valueAt(values, "connect.create") !== false;
  const connect = { matchLabels: { app: names.connectApplication } };
  const operator = {
    matchLabels: { name: names.connectApplication, "app.kubernetes.io/component": "operator" },
  };
  const consumer = { matchLabels: consumerLabelsOf(names) };
  const api = apiPorts(values);
  const callers = [
    { podSelector: operator },
    { namespaceSelector: {}, podSelector: consumer },
    ...consumerPeers(pods),
  ];
  const toConnect = { ...(!isOpen(values) && { from: callers }), ...api };
  const withEgress = limited === "ingress-and-egress";
  const policyTypes = ["Ingress", ...(withEgress ? ["Egress"] : [])];
  const ofConnect = [
    {
      of: "connect",
      name: names.connectApplication,
      spec: {
        podSelector: connect,
        policyTypes,
        ingress: [toConnect],
        ...(withEgress && { egress: [dns, onePassword] }),
      },
    },
  ];
  return [
    ...(hasConnect ? ofConnect : []),
    {
      of: "operator",
      name: names.operatorApplication,
      spec: {
        podSelector: operator,
        policyTypes,
        // Probes come from the pod's own node, which no policy keeps away.
        ingress: [],
        ...(withEgress && {
          egress: [
            dns,
            apiServer,
            ...(hasConnect ? [{ to: [{ podSelector: connect }], ...api }] : []),
          ],
        }),
      },
    },
  ];
}

/**
 * Whether values make Connect reachable for callers that have no pods of their own, or whose labels
 * are not the user's to set: a load balancer, an ingress, Prometheus.
 */
export function isOpen(values: ChartValues): boolean {
  const { serviceType = "ClusterIP", ...on } = {
    serviceType: valueAt(values, "connect.serviceType"),
    ingress: valueAt(values, "connect.ingress.enabled"),
    monitor: valueAt(values, "connect.api.serviceMonitor.enabled"),
  };
  return serviceType !== "ClusterIP" || Object.values(on).some(Boolean);
}

/** All ports, where a value that says that of Connect's API is not known yet. */
function apiPorts(values: ChartValues) {
  const port = knownApiPort(values);
  return port === undefined ? {} : { ports: tcp(port) };
}

function tcp(...ports: readonly number[]) {
  return ports.map((port) => ({ protocol: "TCP", port }));
}

/**
 * Wherever it is: in pods of kube-system, on each node at 169.254.20.10 (NodeLocal DNSCache), or on
 * port 5353 of OpenShift's pods, which is what a policy sees behind the Service's 53.
 */
const dns = { ports: [...tcp(53, 5353), ...tcp(53, 5353).map(udp)] };

function udp({ port }: { readonly port: number }) {
  return { protocol: "UDP", port };
}

/** It has no addresses of its own that one could list; a cloud's metadata are no part of it. */
const onePassword = {
  to: [
    { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } },
    { ipBlock: { cidr: "::/0", except: ["fd00:ec2::254/128"] } },
  ],
  ports: tcp(443),
};

/**
 * No label selects it, and blocks of addresses do not with every network: Cilium takes a node for no
 * part of 0.0.0.0/0. So anywhere, by the ports that API servers have. With a service account, 1Password
 * is behind the first of them too.
 */
const apiServer = { ports: tcp(443, 6443) };
