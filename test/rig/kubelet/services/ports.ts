import type { V1EndpointSlice, V1Service } from "@kubernetes/client-node";

export interface Backend {
  /** As the API shows it. */
  readonly ip: string;
  readonly port: number;
}

/** Backends by port of a Service: ready endpoints only, as kube-proxy has it. */
export function listBackends(
  service: V1Service,
  slices: readonly V1EndpointSlice[],
): Map<number, readonly Backend[]> {
  const own = slices.filter(
    ({ metadata }) =>
      metadata?.namespace === service.metadata?.namespace &&
      metadata?.labels?.["kubernetes.io/service-name"] === service.metadata?.name,
  );
  const ports = (service.spec?.ports ?? []).filter(({ protocol = "TCP" }) => protocol === "TCP");
  return new Map(
    ports.map(({ name = "", port }) => [port, own.flatMap((slice) => sliceBackends(slice, name))]),
  );
}

function sliceBackends({ ports, endpoints }: V1EndpointSlice, portName: string): Backend[] {
  const port = ports?.find(({ name }) => (name ?? "") === portName)?.port;
  if (port === undefined) return [];
  const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return ready.flatMap(({ addresses }) => addresses.map((ip) => ({ ip, port })));
}
