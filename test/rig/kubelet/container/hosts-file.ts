export interface ServiceAddress {
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
}

/** Renders /etc/hosts for pods of a namespace: Services by the names that a cluster's DNS gives them. */
export function renderHosts(namespace: string, services: readonly ServiceAddress[]): string {
  const lines = services.map(({ namespace: home, name, address }) => {
    const long = [`${name}.${home}`, `${name}.${home}.svc`, `${name}.${home}.svc.cluster.local`];
    return [address, ...(home === namespace ? [name] : []), ...long].join(" ");
  });
  return [...LOCAL, ...lines.sort(), ""].join("\n");
}

const LOCAL = ["127.0.0.1 localhost", "::1 localhost"];
