import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { auditLogFile } from "./audit-log.ts";
import type { ServiceAccountKeys } from "./service-account-keys.ts";
import { isPathOk, type PartFolders, startServer } from "./start-server.ts";

export interface ApiserverOptions {
  readonly etcdUrl: string;
  readonly port: number;
  readonly keys: ServiceAccountKeys;
  readonly auditPolicy: string;
  /** Static bearer tokens, one user each. */
  readonly tokenFile: string;
}

/** Starts the API server, which signs its own certificate, and returns that as PEM file. */
export async function startApiserver(
  program: string,
  { etcdUrl, port, keys, auditPolicy, tokenFile }: ApiserverOptions,
  folders: PartFolders,
): Promise<{ certificate: string }> {
  const { dir, logDir } = folders;
  const args = [
    `--etcd-servers=${etcdUrl}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${dir}`,
    // The Service `kubernetes` would have to point at an address outside loopback.
    "--endpoint-reconciler-type=none",
    "--service-cluster-ip-range=10.0.0.0/24",
    "--authorization-mode=RBAC",
    "--allow-privileged=true",
    `--token-auth-file=${tokenFile}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${keys.publicKey}`,
    `--service-account-signing-key-file=${keys.privateKey}`,
    `--audit-policy-file=${auditPolicy}`,
    `--audit-log-path=${auditLogFile(logDir)}`,
  ];
  const certificate = join(dir, "apiserver.crt");
  await startServer("kube-apiserver", program, args, folders, async () => {
    const cluster = { url: `https://127.0.0.1:${port}`, certificate: await readFile(certificate) };
    return isPathOk(cluster, "/readyz");
  });
  return { certificate };
}
