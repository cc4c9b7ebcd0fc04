import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Address of a pod or Service: packets go to the loopback one, the API shows the other. */
export interface RigAddress {
  readonly loopback: string;
  /** The API server refuses loopback addresses in EndpointSlices. */
  readonly shown: string;
}

/** Loopback addresses that no other rig on this machine uses. */
export interface LoopbackRange {
  allocate(): RigAddress;
  release(address: RigAddress): void;
  /** Loopback address behind one that the API shows. */
  toLoopback(shown: string): string;
  /** Gives the range back. Happens by itself when the process ends. */
  close(): void;
}

/**
 * Claims one of the ranges 127.64.0.0/16 … 127.191.0.0/16.
 * @throws an Error if a program holds a port that the chart needs on all addresses.
 */
export async function claimLoopbackRange(): Promise<LoopbackRange> {
  const { second, claim } = await claimRange();
  const used = new Set<number>();
  let last = 256;
  return {
    allocate() {
      // The next one, not the first free one: what still talks to a pod that is gone finds nothing.
      do last = last < 65_000 ? last + 1 : 257;
      while (used.has(last));
      used.add(last);
      const host = `${last >> 8}.${last & 255}`;
      return { loopback: `127.${second}.${host}`, shown: `${SHOWN_PREFIX}${host}` };
    },
    release({ loopback }) {
      const [, , high, low] = loopback.split(".");
      used.delete(Number(high) * 256 + Number(low));
    },
    toLoopback: (shown) => `127.${second}.${shown.slice(SHOWN_PREFIX.length)}`,
    close: () => claim.close(),
  };
}

async function claimRange(): Promise<{ readonly second: number; readonly claim: Server }> {
  const first = Math.floor(Math.random() * 128);
  for (let step = 0; step < 128; step += 1) {
    const second = 64 + ((first + step) % 128);
    const claim = await listen(`127.${second}.255.254`, CLAIM_PORT);
    if (claim === undefined) continue;
    for (const port of CHART_PORTS) {
      const trial = await listen(`127.${second}.255.254`, port);
      if (trial === undefined) {
        claim.close();
        throw new Error(
          `Port ${port} is taken on all addresses of this machine. Pods need it: stop what listens there.`,
        );
      }
      trial.close();
    }
    return { second, claim };
  }
  throw new Error(`No loopback range is free: port ${CLAIM_PORT} is taken in all of them.`);
}

async function listen(host: string, port: number): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy()).unref();
  server.listen({ host, port, exclusive: true });
  try {
    await once(server, "listening");
    return server;
  } catch {
    return undefined;
  }
}

const SHOWN_PREFIX = "10.244.";
const CLAIM_PORT = 47_710;
const CHART_PORTS = [8080, 8081];
