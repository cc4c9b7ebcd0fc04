import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import getPort from "get-port";
import type { SupervisedProcess } from "../processes/start-process.ts";
import { writeAuditPolicy } from "./audit-log.ts";
import { startControllerManager } from "./controller-manager.ts";
import { startEtcd } from "./etcd.ts";
import { startApiserver } from "./kube-apiserver.ts";
import { renderKubeconfig } from "./kubeconfig.ts";
import { writeServiceAccountKeys } from "./service-account-keys.ts";

/** Paths of the three programs of a control plane. */
export interface ControlPlanePrograms {
  readonly etcd: string;
  readonly apiserver: string;
  readonly controllerManager: string;
}

export interface ControlPlaneOptions {
  readonly programs: ControlPlanePrograms;
  /** Folder for keys, certificates, data and kubeconfigs. */
  readonly dir: string;
  readonly logDir: string;
}

export interface ControlPlane {
  /** Kubeconfig file of a cluster administrator; its only context is `opconnect-rig`. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** Starts a Kubernetes API with its own controllers and RBAC, but no scheduler and no nodes. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { programs, logDir } = options;
  const started: SupervisedProcess[] = [];
  async function stop(): Promise<void> {
    for (const server of started.toReversed()) await server.stop();
  }
  try {
    await mkdir(options.dir, { recursive: true });
    // A second attempt must not find the data of the first.
    const dir = await mkdtemp(join(options.dir, "control-plane-"));
    const keys = await writeServiceAccountKeys(dir);
    const auditPolicy = await writeAuditPolicy(dir);
    const tokens = { admin: newToken(), controllerManager: newToken() };
    const tokenFile = await writeTokenFile(dir, tokens);

    const etcd = await startEtcd(programs.etcd, { dir, logDir, started });
    const port = await getPort({ host: "127.0.0.1" });
    const { certificate } = await startApiserver(
      programs.apiserver,
      { etcdUrl: etcd.url, port, keys, auditPolicy, tokenFile },
      { dir, logDir, started },
    );

    const cluster = { url: `https://127.0.0.1:${port}`, certificate };
    const kubeconfig = join(dir, "admin.kubeconfig");
    await writePrivate(kubeconfig, renderKubeconfig(cluster, "admin", tokens.admin));
    const ownKubeconfig = join(dir, "controller-manager.kubeconfig");
    const user = "controller-manager";
    await writePrivate(ownKubeconfig, renderKubeconfig(cluster, user, tokens.controllerManager));
    await startControllerManager(
      programs.controllerManager,
      { kubeconfig: ownKubeconfig, keys, certificate, cluster, adminToken: tokens.admin },
      { dir, logDir, started },
    );
    return { kubeconfig, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function newToken(): string {
  return randomBytes(24).toString("hex");
}

// Columns: token, user, user id, groups.
async function writeTokenFile(
  dir: string,
  tokens: { admin: string; controllerManager: string },
): Promise<string> {
  const file = join(dir, "tokens.csv");
  const rows = [
    `${tokens.admin},opconnect-rig-admin,opconnect-rig-admin,system:masters`,
    `${tokens.controllerManager},system:kube-controller-manager,system:kube-controller-manager`,
  ];
  await writePrivate(file, `${rows.join("\n")}\n`);
  return file;
}

async function writePrivate(file: string, content: string): Promise<void> {
  await writeFile(file, content, { mode: 0o600 });
}
