import * as pulumi from "@pulumi/pulumi";
import resources from "@pulumi/pulumi/proto/resource_pb.js";

/** How a chart is made in a preview, where its provider is not to make it. */
export interface Diversion {
  /** Whether it is, once that can be known. */
  isNeeded(): Promise<boolean>;
  /** Makes what the provider would have made, under the component, whose URN is known soon after. */
  makeChildren(): Promise<void>;
}

/**
 * Has a chart registered as a component of the program where that is needed, which is known only
 * after it was constructed: the SDK asks for it to be constructed by its provider, which fails as a
 * whole where the provider cannot ask its cluster, or may not.
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.0/provider/pkg/provider/provider_construct.go
 * @see https://github.com/pulumi/pulumi/blob/v3.270.0/sdk/nodejs/runtime/resource.ts `registerResource`
 */
export function divertChart(name: string, diversion: Diversion): void {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) return;
  const known = diverted.get(monitor);
  const charts = known ?? new Map<string, Diversion>();
  charts.set(name, diversion);
  if (known !== undefined) return;
  diverted.set(monitor, charts);
  const register: Register = monitor.registerResource.bind(monitor);
  const registerResource: Register = (request, callback) => {
    const chart = request.getRemote() ? charts.get(request.getName()) : undefined;
    if (chart === undefined) return register(request, callback);
    const divert = async () => {
      if (!(await chart.isNeeded())) return register(request, callback);
      asComponent(request);
      return register(request, (error, response) => {
        const end = (failure: Error | null) => callback(failure, response);
        if (error !== null) return end(error);
        return chart.makeChildren().then(() => end(null), end);
      });
    };
    return divert().catch((error) => callback(error, new resources.RegisterResourceResponse()));
  };
  Object.assign(monitor, { registerResource });
}

type Register = (
  request: resources.RegisterResourceRequest,
  callback: (error: Error | null, response: resources.RegisterResourceResponse) => unknown,
) => unknown;

/** As the provider registers it itself: without inputs. */
function asComponent(request: resources.RegisterResourceRequest): void {
  request.setRemote(false);
  request.getObject()?.getFieldsMap().clear();
  request.getPropertydependenciesMap().clear();
}

const diverted = new WeakMap<object, Map<string, Diversion>>();
