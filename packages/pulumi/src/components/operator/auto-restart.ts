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
 * @example
 * new Deployment("web", { … }, { transforms: [autoRestart()] });
 */
export function autoRestart(on = true): pulumi.ResourceTransform {
  return ({ type, props, opts }) => {
    if (!/^kubernetes:apps\/v\w+:Deployment(Patch)?$/.test(type)) return undefined;
    const metadata = pulumi.output(props.metadata).apply((given) => ({
      ...given,
      annotations: { [restartAnnotation]: String(on), ...given?.annotations },
    }));
    return { props: { ...props, metadata }, opts };
  };
}
