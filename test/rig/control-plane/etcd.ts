import { join } from "node:path";
import getPort from "get-port";
import { startProcess } from "../processes/start-process.ts";
import { waitUntilReady } from "../processes/wait-until-ready.ts";
import type { PartFolders } from "./start-control-plane.ts";

/** Starts a single etcd that never waits for the disk: its data need not survive a power cut. */
export async function startEtcd(
  program: string,
  { dir, logDir, started }: PartFolders,
): Promise<{ url: string }> {
  const url = `http://127.0.0.1:${await getPort({ host: "127.0.0.1" })}`;
  const peerUrl = `http://127.0.0.1:${await getPort({ host: "127.0.0.1" })}`;
  const etcd = startProcess({
    name: "etcd",
    command: program,
    args: [
      `--data-dir=${join(dir, "etcd")}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      "--unsafe-no-fsync",
      "--log-level=warn",
    ],
    env: { PATH: process.env.PATH },
    logFile: join(logDir, "etcd.log"),
  });
  started.push(etcd);
  await waitUntilReady(etcd, async () => (await fetch(`${url}/readyz`)).ok);
  return { url };
}
