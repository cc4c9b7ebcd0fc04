import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { V1EndpointSlice, V1Service } from "@kubernetes/client-node";
import { renderHosts, type ServiceAddress } from "../container/hosts-file.ts";
import type { LoopbackRange } from "./loopback-range.ts";
import { listBackends } from "./ports.ts";
import { createServiceProxy, type ServiceProxy } from "./proxy.ts";

/** Services of the cluster, each at a loopback address that stays the same for the life of the rig. */
export interface ServiceTable {
  /** Follows Services and EndpointSlices as they are now. */
  update(services: readonly V1Service[], slices: readonly V1EndpointSlice[]): void;
  /** The /etc/hosts of a namespace's pods. Written in place, so running pods see new Services. */
  hostsFile(namespace: string): string;
  close(): void;
}

export interface ServiceTableOptions {
  readonly range: LoopbackRange;
  readonly folder: string;
  readonly log: (line: string) => void;
}

export function createServiceTable({ range, folder, log }: ServiceTableOptions): ServiceTable {
  const addresses = new Map<string, string>();
  const proxies = new Map<string, ServiceProxy>();
  const hosts = new Map<string, string>();
  let known: readonly ServiceAddress[] = [];
  mkdirSync(folder, { recursive: true });

  function addressOf(key: string): string {
    const address = addresses.get(key) ?? range.allocate().loopback;
    addresses.set(key, address);
    return address;
  }

  function proxyOf(key: string, address: string, port: number): ServiceProxy {
    const { toLoopback } = range;
    const proxy = proxies.get(key) ?? createServiceProxy({ address, port, toLoopback, log });
    proxies.set(key, proxy);
    return proxy;
  }

  function writeHosts(namespace: string): void {
    const text = renderHosts(namespace, known);
    if (hosts.get(namespace) === text) return;
    writeFileSync(join(folder, namespace), text);
    hosts.set(namespace, text);
  }

  return {
    update(services, slices) {
      const current = new Set<string>();
      // Without a selector its endpoints are no pods: the API server's own Service, for one.
      const ours = services.filter(({ spec }) => spec?.selector && spec.type !== "ExternalName");
      known = ours.map(({ metadata }) => {
        const { namespace = "", name = "" } = metadata ?? {};
        return { namespace, name, address: addressOf(`${namespace}/${name}`) };
      });
      for (const service of ours) {
        const key = `${service.metadata?.namespace}/${service.metadata?.name}`;
        for (const [port, backends] of listBackends(service, slices)) {
          current.add(`${key}:${port}`);
          proxyOf(`${key}:${port}`, addressOf(key), port).setBackends(backends);
        }
      }
      for (const [key, proxy] of proxies) {
        if (current.has(key)) continue;
        proxy.close();
        proxies.delete(key);
      }
      for (const namespace of hosts.keys()) writeHosts(namespace);
    },
    hostsFile(namespace) {
      writeHosts(namespace);
      return join(folder, namespace);
    },
    close() {
      for (const proxy of proxies.values()) proxy.close();
      proxies.clear();
    },
  };
}
