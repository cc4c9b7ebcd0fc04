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
 * Puts each of the operator's RoleBindings into its namespace: the chart writes a name such as
 * `2024` or `true` as it stands, which YAML takes for a number or a truth.
 */
export function placeRoleBindings(
  roleBinding: string,
  namespaces: pulumi.Input<readonly string[]>,
): pulumi.ResourceTransform {
  // Known by the time that the chart is rendered: they are among its values.
  const known = new Promise<readonly string[]>((resolve) => {
    pulumi.output(namespaces).apply((names) => resolve([...names]));
  });
  return async ({ type, props, opts }) => {
    if (type !== "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding") return undefined;
    const names = await known;
    const namespace = names.find((name) => `${roleBinding}-${name}` === props.metadata?.name);
    if (namespace === undefined) return undefined;
    return { props: { ...props, metadata: { ...props.metadata, namespace } }, opts };
  };
}

/**
 * Keeps a preview from asking the API server about RoleBindings in namespaces that are gone or going:
 * it would refuse, and the preview fail, while the update itself stops before them. A preview asks
 * nothing about an object that it does not know all of: it takes the mark of our fields, which every
 * update has the same, for unknown.
 * @param unavailable Those namespaces.
 * @param unknown Something that a preview does not know where there are any.
 */
export function spareRoleBindings(
  unavailable: pulumi.Output<readonly string[] | undefined>,
  unknown: pulumi.Output<unknown>,
): pulumi.ResourceTransform {
  return ({ type, props, opts }) => {
    if (type !== "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding") return undefined;
    const { metadata } = props;
    const mark = "pulumi.com/patchForce";
    const known = metadata.annotations[mark];
    const spared = unavailable.apply((names = []) =>
      names.includes(metadata.namespace) ? unknown.apply(() => known) : known,
    );
    const annotations = { ...metadata.annotations, [mark]: spared };
    return { props: { ...props, metadata: { ...metadata, annotations } }, opts };
  };
}

/**
 * Makes what the operator needs anew where it was found gone: the Kubernetes provider would notice
 * that with a refresh only, and take it for unchanged until then.
 * @param remade How many times each was found gone, by its name.
 */
export function remakeLost(
  remade: pulumi.Output<Readonly<Record<string, number>> | undefined>,
): pulumi.ResourceTransform {
  return ({ type, props, opts }) => {
    if (!madeAnew.has(type)) return undefined;
    const { metadata } = props;
    const times = remade.apply((all = {}) => all[metadata.name]?.toString());
    const annotations = { ...metadata.annotations, [remadeMark]: times };
    return {
      props: { ...props, metadata: { ...metadata, annotations } },
      opts: {
        ...opts,
        // The next one has the same name, so that nothing may be deleted after it.
        deleteBeforeReplace: true,
        replaceOnChanges: [
          ...(opts.replaceOnChanges ?? []),
          `metadata.annotations["${remadeMark}"]`,
        ],
      },
    };
  };
}

const remadeMark = "opconnect/remade";

const madeAnew: ReadonlySet<string> = new Set([
  "kubernetes:apps/v1:Deployment",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
]);

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
