import { join } from "node:path";
import getPort from "get-port";
import { type PartFolders, startServer } from "./start-server.ts";

/** Starts a single etcd that never waits for the disk: its data need not survive a power cut. */
export async function startEtcd(program: string, folders: PartFolders): Promise<{ url: string }> {
  const url = `http://127.0.0.1:${await getPort({ host: "127.0.0.1" })}`;
  const peerUrl = `http://127.0.0.1:${await getPort({ host: "127.0.0.1" })}`;
  const args = [
    `--data-dir=${join(folders.dir, "etcd")}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    "--unsafe-no-fsync",
    "--log-level=warn",
  ];
  await startServer("etcd", program, args, folders, async () => (await fetch(`${url}/readyz`)).ok);
  return { url };
}
