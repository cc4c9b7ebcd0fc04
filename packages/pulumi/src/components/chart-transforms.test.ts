import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import {
  annotatePods,
  leaveReplicas,
  nameCredentials,
  ownFields,
  remakeLost,
  watchConfigMap,
} from "./chart-transforms.ts";

const operator = {
  metadata: { name: "acme-prod-connect-operator", annotations: { theirs: "1" } },
  spec: {
    replicas: 1,
    template: {
      metadata: { labels: { name: "acme-prod-connect" } },
      spec: {
        containers: [
          {
            name: "acme-prod-connect",
            env: [
              { name: "WATCH_NAMESPACE", value: "app" },
              { name: "OPERATOR_NAME", value: "x" },
            ],
          },
        ],
      },
    },
  },
};
const connect = { ...operator, metadata: { name: "acme-prod-connect" } };

/** What a transform makes of an object's properties. */
function applied(
  transform: pulumi.ResourceTransform,
  props: pulumi.Inputs,
  type = "apps/v1:Deployment",
): pulumi.Inputs {
  const args = { type: `kubernetes:${type}`, name: "x", custom: true, props, opts: {} };
  const result = transform(args);
  if (result instanceof Promise) throw new Error("A transform of ours does not wait.");
  return result?.props ?? props;
}

const watching = watchConfigMap("acme-prod-connect-operator", "acme-prod-watched-namespaces");

test("the operator reads what it watches from the ConfigMap, in the place of the chart's text", () => {
  const { spec } = applied(watching, operator);
  expect(spec.template.spec.containers).toEqual([
    {
      name: "acme-prod-connect",
      env: [{ name: "OPERATOR_NAME", value: "x" }],
      envFrom: [{ configMapRef: { name: "acme-prod-watched-namespaces" } }],
    },
  ]);
});

test("Connect, and what is no Deployment, are none of the operator's", () => {
  expect(applied(watching, connect)).toEqual(connect);
  expect(applied(watching, operator, "core/v1:Service")).toEqual(operator);
});

test("OP_SESSION is a text with every chart, and comes after what it refers to", () => {
  const session = (variable: object) => {
    const env = [
      { name: "OP_HTTP_PORT", value: "8080" },
      { name: "OP_SESSION", ...variable },
    ];
    const spec = { template: { spec: { containers: [{ name: "connect-sync", env }] } } };
    const naming = nameCredentials("acme-prod-connect");
    return applied(naming, { ...connect, spec }).spec.template.spec.containers[0].env.slice(1);
  };
  const valueFrom = { secretKeyRef: { name: "acme-prod-credentials", key: "base64" } };
  expect(session({ valueFrom })).toEqual([
    { name: "OPCONNECT_CREDENTIALS", valueFrom },
    { name: "OP_SESSION", value: "$(OPCONNECT_CREDENTIALS)" },
  ]);
  expect(session({ value: "/path" })).toEqual([{ name: "OP_SESSION", value: "/path" }]);
  expect(applied(nameCredentials("other"), operator)).toEqual(operator);
});

test("every object's fields are ours, its own annotations kept", () => {
  const { metadata } = applied(ownFields(), operator, "core/v1:Service");
  expect(metadata.annotations).toEqual({
    theirs: "1",
    "pulumi.com/patchFieldManager": "opconnect",
    "pulumi.com/patchForce": "true",
  });
});

test("the pods of one Deployment are as many as others say, those of the other ours", () => {
  const leaving = leaveReplicas("acme-prod-connect");
  expect(applied(leaving, connect).spec).not.toHaveProperty("replicas");
  expect(applied(leaving, operator).spec.replicas).toBe(1);
});

test("the pods of both carry the fingerprints of what they read", () => {
  for (const deployment of [operator, connect]) {
    const { spec } = applied(annotatePods({ fingerprint: "f" }), deployment);
    expect(spec.template.metadata.annotations).toEqual({ fingerprint: "f" });
  }
});

test("what was found gone is replaced by one of its name, and nothing else is", async () => {
  const remake = remakeLost(pulumi.output({ "acme-prod-connect-operator": 2 }));
  const marks = (props: pulumi.Inputs) =>
    new Promise((resolve) => {
      applied(remake, props).metadata.annotations["opconnect/remade"].apply(resolve);
    });
  expect(await marks(operator)).toBe("2");
  expect(await marks(connect)).toBeUndefined();
  expect(applied(remake, operator, "core/v1:Service")).toEqual(operator);
  const type = "kubernetes:apps/v1:Deployment";
  const result = await remake({ type, name: "x", custom: true, props: operator, opts: {} });
  expect(result?.opts).toEqual({
    deleteBeforeReplace: true,
    replaceOnChanges: ['metadata.annotations["opconnect/remade"]'],
  });
});
