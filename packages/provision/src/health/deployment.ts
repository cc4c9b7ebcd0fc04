import type { DeploymentFacts } from "../cluster/inspection/deployment.ts";
import type { PodFacts } from "../cluster/inspection/pod.ts";
import { type Finding, ok } from "../preflight/result.ts";
import type { WantedObject } from "./wanted.ts";

interface SeenDeployment {
  /** None if it is gone. */
  readonly deployment: DeploymentFacts | undefined;
  /** All pods of its namespace. */
  readonly pods: readonly PodFacts[];
  /** SHA-256 of the values that its pods should run with. */
  readonly fingerprints: readonly string[];
  readonly now: Date;
}

/** Judges a Deployment of the chart: does it run, and with the current credentials? */
export function judgeDeployment(
  { namespace, name }: WantedObject,
  { deployment, pods, fingerprints, now }: SeenDeployment,
): Finding {
  const failed = (happened: string, remedy: string): Finding => {
    return { status: "failed", happened, remedy };
  };
  if (deployment === undefined) {
    return failed(
      `There is no Deployment ${name} in the namespace ${namespace}.`,
      "Run `pulumi refresh`, then `pulumi up`: it is made again.",
    );
  }
  const { replicas, selector, podAnnotations, currentPods, trouble } = deployment;
  if (replicas === 0) {
    return failed(
      "It is scaled to 0 pods, so nothing of it runs.",
      `\`kubectl scale deployment -n ${namespace} ${name} --replicas=1\` starts it again.`,
    );
  }
  if (!hasCurrent(podAnnotations, fingerprints)) {
    return failed(
      "It was not rolled out with the current credentials.",
      "Run `pulumi refresh`, then `pulumi up`.",
    );
  }
  const own = pods.filter((pod) => !pod.isLeaving && isSelected(pod, selector));
  const look = `\`kubectl describe pod -n ${namespace} <pod>\` and \`kubectl logs -n ${namespace} <pod> --all-containers\` say more.`;
  const [troubled] = own.filter(({ troubles }) => troubles.length > 0);
  if (troubled !== undefined) {
    const { name: pod, troubles } = troubled;
    return failed(`Pod ${pod}: ${troubles.join("; ")}.`, look.replaceAll("<pod>", pod));
  }
  if (trouble !== "") {
    return failed(
      `Kubernetes does not bring its pods up to date: ${trouble}`,
      `\`kubectl describe deployment -n ${namespace} ${name}\`, and \`kubectl get events -n ${namespace}\`, say more.`,
    );
  }
  if (own.length === 0) {
    return failed(
      `It has no pod, and should have ${replicas}.`,
      `\`kubectl describe deployment -n ${namespace} ${name}\` says why.`,
    );
  }
  const [old] = own.filter(({ annotations }) => !hasCurrent(annotations, fingerprints));
  if (old !== undefined) {
    return failed(
      `Pod ${old.name} still runs with credentials from before.`,
      `\`kubectl rollout status deployment -n ${namespace} ${name}\` shows what holds up the new one; \`kubectl delete pod -n ${namespace} ${old.name}\` ends the old one.`,
    );
  }
  const [unready] = own.filter(({ isReady }) => !isReady);
  if (unready !== undefined) {
    const happened = `Pod ${unready.name} is not ready.`;
    const isYoung = now.getTime() - unready.createdAt.getTime() < startMs;
    const remedy = look.replaceAll("<pod>", unready.name);
    return { status: isYoung ? "warning" : "failed", happened, remedy };
  }
  if (currentPods < replicas) {
    const happened = `${currentPods} of ${replicas} pods are as it was deployed last; the others are on their way.`;
    const remedy = `\`kubectl rollout status deployment -n ${namespace} ${name}\` waits for them.`;
    return { status: "warning", happened, remedy };
  }
  return ok(`${own.length} of ${replicas} pods ready, with the current credentials.`);
}

/** How long a pod may take to start. */
const startMs = 120_000;

function isSelected({ labels }: PodFacts, selector: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([label, value]) => labels[label] === value);
}

function hasCurrent(
  annotations: Readonly<Record<string, string>>,
  fingerprints: readonly string[],
): boolean {
  const carried = Object.entries(annotations)
    .filter(([name]) => /^opconnect\/(credentials|token|certificate)-fingerprint$/.test(name))
    .map(([, fingerprint]) => fingerprint);
  return fingerprints.every((fingerprint) => carried.includes(fingerprint));
}
