import { expect, test } from "vitest";
import { restrictPods } from "./pod-security.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a chart renders has no type.
async function restricted(pod: object): Promise<any> {
  const type = "kubernetes:apps/v1:Deployment";
  const props = { spec: { template: { spec: pod } } };
  const result = await restrictPods()({ type, name: "x", custom: true, props, opts: {} });
  return result?.props.spec.template.spec;
}

test("a container without a user, the profiler's in old charts, has that of the first", async () => {
  const containers = [
    { name: "connect-api", securityContext: { runAsUser: 999, runAsGroup: 999 } },
    { name: "profiler-data" },
  ];
  const pod = await restricted({ containers });
  expect(pod.securityContext).toMatchObject({ runAsUser: 999, runAsGroup: 999 });
  expect(pod.containers[1].securityContext).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
  });
});

test("what a value says of a pod or a container counts", async () => {
  const given = { capabilities: { drop: ["NET_RAW"] }, readOnlyRootFilesystem: false };
  const pod = await restricted({
    securityContext: { runAsNonRoot: false },
    containers: [{ name: "a", securityContext: given }],
  });
  expect(pod.securityContext.runAsNonRoot).toBe(false);
  expect(pod.containers[0].securityContext).toEqual({ ...given, allowPrivilegeEscalation: false });
});

test("ALL is written as Kubernetes compares it", async () => {
  const all = { capabilities: { drop: ["all"] } };
  const pod = await restricted({ containers: [{ name: "a", securityContext: all }] });
  expect(pod.containers[0].securityContext.capabilities).toEqual({ drop: ["ALL"] });
});
