import { describe, expect, test } from "vitest";
import { findingsOf } from "../../../fixtures/findings-of.ts";
import { connectNotExposed as rule } from "./connect-not-exposed.ts";

const labels = { "helm.sh/chart": "connect-2.4.1" };

describe("a Service", () => {
  const service = (spec: object, labels = {}) => [
    { type: "kubernetes:core/v1:Service", props: { metadata: { labels }, spec } },
  ];
  const ports = [{ name: "connect-api", port: 8080 }];

  test.each([
    ["inside the cluster", service({ type: "ClusterIP", ports }, labels)],
    ["without a type", service({ ports })],
    ["of something else", service({ type: "LoadBalancer", ports: [{ name: "http", port: 80 }] })],
  ])("%s passes", (_, resources) => {
    expect(findingsOf(rule, resources)).toEqual([]);
  });

  test.each([
    ["by its label", service({ type: "NodePort" }, labels)],
    ["by its port", service({ type: "NodePort", ports })],
    ["by its pods", service({ type: "NodePort", selector: { app: "acme-prod-connect" } })],
  ])("of Connect, %s, that is a NodePort is found", (_, resources) => {
    expect(findingsOf(rule, resources)).toEqual(["The Service it of Connect is a NodePort."]);
  });

  test("that is a LoadBalancer is found", () => {
    expect(findingsOf(rule, service({ type: "LoadBalancer", ports }))).toEqual([
      "The Service it of Connect is a LoadBalancer.",
    ]);
  });
});

describe("an Ingress", () => {
  const ingress = (annotations: object, tls?: object, service = "acme-prod-connect") => [
    {
      type: "kubernetes:networking.k8s.io/v1:Ingress",
      props: {
        metadata: { annotations },
        spec: {
          ...(tls && { tls }),
          rules: [{ http: { paths: [{ backend: { service: { name: service } } }] } }],
        },
      },
    },
  ];
  const tls = [{ hosts: ["connect.example.com"] }];
  const asks = { "nginx.ingress.kubernetes.io/auth-tls-secret": "acme/clients" };

  test("with TLS and authentication passes, and so does one of something else", () => {
    expect(findingsOf(rule, ingress(asks, tls))).toEqual([]);
    expect(findingsOf(rule, ingress({}, undefined, "shop"))).toEqual([]);
  });

  test("without either is found twice", () => {
    expect(findingsOf(rule, ingress({}))).toEqual([
      "The Ingress it reaches Connect without TLS.",
      "The Ingress it reaches Connect without authentication.",
    ]);
  });

  test.each([
    ["without TLS", ingress(asks, [])],
    ["without authentication", ingress({ "alb.ingress.kubernetes.io/auth-type": "none" }, tls)],
  ])("%s is found", (how, resources) => {
    expect(findingsOf(rule, resources)).toEqual([`The Ingress it reaches Connect ${how}.`]);
  });
});
