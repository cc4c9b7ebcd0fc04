import type * as pulumi from "@pulumi/pulumi";
import { eachContainer, onPods } from "./on-deployments.ts";

/**
 * Labels of the namespace of Connect and the operator: pods there that are not `restricted` show as
 * warnings, and in the audit log. None is refused, since others may have pods there too.
 */
export const podSecurityLabels = {
  "pod-security.kubernetes.io/audit": "restricted",
  "pod-security.kubernetes.io/warn": "restricted",
};

/**
 * Adds what the Pod Security Standard `restricted` asks for and a chart leaves out: those up to 2.2.1
 * allow root, capabilities and every system call. What a chart or its values say is left as it is.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function restrictPods(): pulumi.ResourceTransform {
  return onPods((pod) => {
    const { securityContext, containers } = pod;
    const { runAsUser, runAsGroup } = containers[0].securityContext ?? {};
    return eachContainer(
      {
        ...pod,
        securityContext: {
          runAsNonRoot: true,
          seccompProfile: { type: "RuntimeDefault" },
          // For containers that say nothing of it: the profiler's image would run as root.
          ...(runAsUser !== undefined && { runAsUser, runAsGroup }),
          ...securityContext,
        },
      },
      ({ securityContext: given = {}, ...container }) => ({
        ...container,
        securityContext: {
          allowPrivilegeEscalation: false,
          ...given,
          capabilities: { ...given.capabilities, drop: dropped(given.capabilities?.drop) },
        },
      }),
    );
  });
}

/** Kubernetes knows `ALL` only, where a container runtime knows `all` as well. */
function dropped(drop: readonly string[] = ["ALL"]): readonly string[] {
  return drop.map((each) => (each.toUpperCase() === "ALL" ? "ALL" : each));
}
