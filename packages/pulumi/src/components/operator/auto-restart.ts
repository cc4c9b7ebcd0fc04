import { ConnectError } from "@opconnect/core/connect-error";
import * as pulumi from "@pulumi/pulumi";

/**
 * Annotation by which the operator is told whether Deployments are restarted: on a Secret, which has
 * it from its item, else on the Deployment itself, else on its namespace. The operator reads it
 * nowhere else, so not on the pods of a Deployment.
 * @see https://developer.1password.com/docs/k8s/operator#configure-automatic-deployment-restarts
 */
export const restartAnnotation = "operator.1password.io/auto-restart";

/**
 * Says of Deployments of the program whether the operator restarts them once a Secret that they use
 * has changed: a transform for a Deployment, or for a component, a chart and all that is in it. What a
 * Deployment says itself counts more. Only Deployments: the operator restarts nothing else.
 * @param on Whether they are restarted, whatever their namespace and the operator have for a default.
 * @throws `ARGUMENT_INVALID` for anything else than true or false, as where it is not called.
 * @example
 * new Deployment("web", { … }, { transforms: [autoRestart()] });
 */
export function autoRestart(on = true): pulumi.ResourceTransform {
  if (typeof on !== "boolean") {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      "`autoRestart` is given something else than true or false.",
      "Pass one of them, as a plain value, or nothing; and call it: `transforms: [autoRestart()]`.",
    );
  }
  return ({ type, props, opts }) => {
    if (!/^kubernetes:apps\/v\w+:Deployment(Patch)?$/.test(type)) return undefined;
    const metadata = pulumi.output(props.metadata).apply((given) => ({
      ...given,
      annotations: { [restartAnnotation]: String(on), ...given?.annotations },
    }));
    return { props: { ...props, metadata }, opts };
  };
}
