import type * as pulumi from "@pulumi/pulumi";

// biome-ignore lint/suspicious/noExplicitAny: what a chart renders has no type.
type Rendered = any;

/** Changes the `spec` of every Deployment that the chart renders. */
export function onDeployments(
  change: (spec: Rendered, name: unknown) => Rendered,
): pulumi.ResourceTransform {
  return ({ type, props, opts }) => {
    if (type !== "kubernetes:apps/v1:Deployment") return undefined;
    return { props: { ...props, spec: change(props.spec, props.metadata?.name) }, opts };
  };
}

/** Changes the `spec` of every pod template. */
export function onPods(
  change: (pod: Rendered, deployment: Rendered) => Rendered,
): pulumi.ResourceTransform {
  return onDeployments(({ template, ...spec }) => {
    const pod = change(template.spec, { ...spec, template });
    return { ...spec, template: { ...template, spec: pod } };
  });
}

/** Changes every container of a pod, those too that run before the others. */
export function eachContainer(pod: Rendered, change: (container: Rendered) => Rendered): Rendered {
  const { containers, initContainers } = pod;
  return {
    ...pod,
    containers: containers.map(change),
    ...(initContainers != null && { initContainers: initContainers.map(change) }),
  };
}
