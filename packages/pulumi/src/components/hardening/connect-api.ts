import type { EnvironmentNames } from "@opconnect/core";
import * as pulumi from "@pulumi/pulumi";
import { isDeferred } from "../../input/deferred.ts";
import { type ChartValues, valueAt } from "../values-schema.ts";

/** Where Connect's API listens, as values of the chart say; either may be an Output yet. */
function apiOf(values: ChartValues) {
  const isTls = valueAt(values, "connect.tls.enabled");
  const port = (key: string, usual: number) => valueAt(values, `connect.api.${key}`) ?? usual;
  return { isTls, http: port("httpPort", 8080), https: port("httpsPort", 8443) };
}

/** The port of Connect's API; none where a value that says it is not known yet. */
export function knownApiPort(values: ChartValues): number | undefined {
  const { isTls, http, https } = apiOf(values);
  const port = isTls ? https : http;
  return isDeferred(isTls) || isDeferred(port) ? undefined : Number(port);
}

/** The address of Connect's API within the cluster, from whichever namespace. */
export function connectHostOf(
  { connectApplication, namespace }: EnvironmentNames,
  values: ChartValues,
): pulumi.Output<string> {
  return pulumi.output(apiOf(values)).apply(({ isTls, http, https }) => {
    const [scheme, port] = isTls ? ["https", https] : ["http", http];
    return `${scheme}://${connectApplication}.${namespace}.svc:${port}`;
  });
}
