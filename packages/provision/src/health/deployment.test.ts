import { expect, test } from "vitest";
import { judgeDeployment } from "./deployment.ts";

const carried = (fingerprint: string) => ({ "opconnect/token-fingerprint": fingerprint });
const deployment = {
  name: "operator",
  replicas: 1,
  currentPods: 1,
  trouble: "",
  serviceAccount: "operator",
  images: [],
  selector: { name: "operator" },
  podAnnotations: carried("new"),
  variables: new Map(),
  configMaps: [],
  mounted: new Map(),
};
const now = new Date("2026-05-05T12:00:00Z");
const pod = {
  name: "operator-1",
  labels: { name: "operator", hash: "1" },
  annotations: carried("new"),
  ports: new Map(),
  createdAt: new Date("2026-05-05T11:00:00Z"),
  isReady: true,
  isLeaving: false,
  troubles: [],
};
const crash = "container operator: CrashLoopBackOff, restarted 7 times, last exit code 1";
const seen = { deployment, pods: [pod], fingerprints: ["new"], now };

test.each<[string, object, string, RegExp]>([
  ["runs", {}, "ok", /1 of 1 pods ready/],
  ["is gone", { deployment: undefined }, "failed", /no Deployment operator in the namespace op/],
  ["is scaled to 0", { deployment: { ...deployment, replicas: 0 } }, "failed", /0 pods/],
  ["has no pod", { pods: [{ ...pod, labels: {} }] }, "failed", /no pod, and should have 1/],
  ["has a pod that is ending only", { pods: [{ ...pod, isLeaving: true }] }, "failed", /no pod/],
  ["crashes", { pods: [{ ...pod, isReady: false, troubles: [crash] }] }, "failed", /CrashLoop/],
  ["is not ready", { pods: [{ ...pod, isReady: false }] }, "failed", /not ready/],
  ["starts", { pods: [{ ...pod, isReady: false, createdAt: now }] }, "warning", /not ready/],
  [
    "has a pod from before",
    { pods: [{ ...pod, annotations: carried("old") }] },
    "failed",
    /credentials from before/,
  ],
  [
    "gets no new pod",
    { deployment: { ...deployment, currentPods: 0, trouble: "no PriorityClass platform" } },
    "failed",
    /not bring its pods up to date: no PriorityClass platform/,
  ],
  [
    "gets its new pod",
    { deployment: { ...deployment, currentPods: 0 } },
    "warning",
    /0 of 1 pods are as it was deployed last/,
  ],
  [
    "was not rolled out",
    { deployment: { ...deployment, podAnnotations: carried("old") } },
    "failed",
    /not rolled out/,
  ],
])("a Deployment that %s is found out", (_, change, status, happened) => {
  const wanted = { namespace: "op", name: "operator" };
  const finding = judgeDeployment(wanted, { ...seen, ...change });
  expect(finding.happened).toMatch(happened);
  expect(finding.status).toBe(status);
});
