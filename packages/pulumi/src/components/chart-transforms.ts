import { watchVariable } from "@opconnect/core/chart-facts";
import * as pulumi from "@pulumi/pulumi";
import { requireChartVersion } from "./check-chart.ts";
import { onDeployments } from "./hardening/on-deployments.ts";
import { ownedFields } from "./owned-fields.ts";

/**
 * Refuses a chart of another version, where only rendering shows which it is.
 * @throws `ARGUMENT_INVALID`, see {@link requireChartVersion}.
 */
export function requireVersion(version: string): pulumi.ResourceTransform {
  return ({ props }) => {
    const label = String(props.metadata?.labels?.["helm.sh/chart"]);
    const rendered = /^connect-(\d.*)$/.exec(label)?.[1];
    if (rendered !== undefined) requireChartVersion(rendered, version);
    return undefined;
  };
}

/** Makes the fields that the chart sets ours, also where a person or a tool has set them since. */
export function ownFields(): pulumi.ResourceTransform {
  return ({ props, opts }) => {
    const { metadata } = props;
    if (metadata === undefined) return undefined;
    const annotations = { ...metadata.annotations, ...ownedFields };
    return { props: { ...props, metadata: { ...metadata, annotations } }, opts };
  };
}

/**
 * Makes Deployments anew that were found gone: the Kubernetes provider would notice that with a
 * refresh only, and take them for unchanged until then.
 * @param remade How many times each was found gone, by its name.
 */
export function remakeLost(
  remade: pulumi.Output<Readonly<Record<string, number>> | undefined>,
): pulumi.ResourceTransform {
  return ({ type, props, opts }) => {
    if (type !== "kubernetes:apps/v1:Deployment") return undefined;
    const { metadata } = props;
    const { annotations, options } = replacingLost(remade.apply((all) => all?.[metadata.name]));
    const marked = { ...metadata, annotations: { ...metadata.annotations, ...annotations } };
    return { props: { ...props, metadata: marked }, opts: pulumi.mergeOptions(opts, options) };
  };
}

/**
 * How an object of the cluster is made anew each time that it was found gone: by an annotation, and
 * options that replace it with that.
 * @param times How many times that was.
 */
export function replacingLost(times: pulumi.Output<number | undefined>) {
  const mark = "opconnect/remade";
  // None at all of what was never lost: typed as the SDK types what a resource is given.
  const annotations: pulumi.Inputs = { [mark]: times.apply((known) => known?.toString()) };
  return {
    annotations,
    options: {
      // The next one has the same name, so that nothing may be deleted after it.
      deleteBeforeReplace: true,
      replaceOnChanges: [`metadata.annotations["${mark}"]`],
    },
  };
}

/** Annotates the pod template of every Deployment, past the chart's values. */
export function annotatePods(
  annotations: Record<string, pulumi.Input<string | undefined>>,
): pulumi.ResourceTransform {
  return onDeployments(({ template, ...spec }) => {
    const { metadata } = template;
    const merged = { ...metadata?.annotations, ...annotations };
    return { ...spec, template: { ...template, metadata: { ...metadata, annotations: merged } } };
  });
}

/**
 * Lets the operator take the namespaces that it watches from a ConfigMap instead of the chart's text:
 * other namespaces change nothing here, so that they can be had while the Deployment is missing.
 */
export function watchConfigMap(deployment: string, configMap: string): pulumi.ResourceTransform {
  const reference = { configMapRef: { name: configMap } };
  return onDeployments(({ template, ...spec }, name) => {
    if (name !== deployment) return { ...spec, template };
    const containers = template.spec.containers.map(({ env = [], ...container }: Container) => ({
      ...container,
      // A variable of the container's own would come before the one of the ConfigMap.
      env: env.filter((variable) => variable.name !== watchVariable),
      envFrom: [...(container.envFrom ?? []), reference],
    }));
    return { ...spec, template: { ...template, spec: { ...template.spec, containers } } };
  });
}

/**
 * Lets OP_SESSION be a text with every chart, where those up to 2.2.1 refer to the Secret: a variable
 * beside it does so. A preview takes no field from the manager that created an object, so an upgrade
 * as the first change after that would show it a variable with both, which the API server refuses.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function nameCredentials(deployment: string): pulumi.ResourceTransform {
  return onDeployments(({ template, ...spec }, name) => {
    if (name !== deployment) return { ...spec, template };
    const containers = template.spec.containers.map(({ env = [], ...container }: Container) => ({
      ...container,
      env: env.flatMap(({ valueFrom, ...variable }) =>
        variable.name === "OP_SESSION" && valueFrom !== undefined
          ? [
              { name: credentialsVariable, valueFrom },
              { ...variable, value: `$(${credentialsVariable})` },
            ]
          : [{ ...variable, ...(valueFrom !== undefined && { valueFrom }) }],
      ),
    }));
    return { ...spec, template: { ...template, spec: { ...template.spec, containers } } };
  });
}

const credentialsVariable = "OPCONNECT_CREDENTIALS";

interface Container {
  readonly env?: readonly { readonly name: string; readonly valueFrom?: object }[];
  readonly envFrom?: readonly object[];
}

/**
 * Leaves the number of a Deployment's pods to an autoscaler or a person: a new Deployment has one,
 * and no update changes it.
 */
export function leaveReplicas(deployment: string): pulumi.ResourceTransform {
  return onDeployments(({ replicas, ...spec }, name) =>
    name === deployment ? spec : { ...spec, replicas },
  );
}
