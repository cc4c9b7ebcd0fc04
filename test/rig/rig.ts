import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createSandboxAccount } from "@opconnect/sandbox";
import { chartFolder } from "./chart/chart-folder.ts";
import { fillCommandFolders, SANDBOX_CLI } from "./command-folders.ts";
import { startControlPlane } from "./control-plane/start-control-plane.ts";
import { createEngineHome } from "./engine/engine-home.ts";
import { chooseKubernetesProvider } from "./engine/kubernetes-provider.ts";
import { startPods } from "./kubelet/index.ts";
import { listParts, type RigPart } from "./parts.ts";
import { retryTakenPort } from "./processes/retry-taken-port.ts";
import { type ReportProgress, runStep } from "./progress.ts";
import { createRigFolder } from "./rig-folder.ts";
import { startSecretsManager } from "./secrets-manager/start-secrets-manager.ts";
import { ensurePrograms } from "./tools/ensure-programs.ts";
import { ensureOperator } from "./tools/operators.ts";

export interface RigOptions {
  /** @default - silent */
  readonly progress?: ReportProgress;
  /**
   * How long a day of Secrets Manager is, in milliseconds: it takes 100 versions of a secret a day.
   * Suites that play many days in an hour have short ones.
   * @default 86_400_000
   */
  readonly dayMs?: number;
}

/** Everything that `pulumi up` of one environment needs, running on this machine. */
export interface Rig {
  /** Private folder of this rig; gone after {@link Rig.stop}. */
  readonly dir: string;
  /** Logs of all processes, one file each. */
  readonly logDir: string;
  /** Kubeconfig file of a cluster administrator; its only context is `opconnect-rig`. */
  readonly kubeconfig: string;
  /** Whole environment for processes of this rig: nothing of the caller's need be added. */
  readonly env: Readonly<Record<string, string>>;
  readonly parts: readonly RigPart[];
  /** Ends every process and removes the folder. */
  stop(): Promise<void>;
}

/**
 * Starts a rig of its own: any number may run side by side. Its processes end with this one,
 * however it ends.
 */
export async function startRig({
  progress = () => {},
  dayMs = 86_400_000,
}: RigOptions = {}): Promise<Rig> {
  refuseNodeWithoutTypeScript();
  const programs = await ensurePrograms(progress);
  const dir = await createRigFolder();
  const logDir = join(dir, "logs");
  const running: { stop(): Promise<void> }[] = [];
  async function stop(): Promise<void> {
    const failures: unknown[] = [];
    for (const part of running.toReversed()) {
      await part.stop().catch((error: unknown) => failures.push(error));
    }
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    if (failures.length > 0) throw new AggregateError(failures, "A part of the rig did not stop.");
  }
  async function start<T extends { stop(): Promise<void> }>(
    name: string,
    work: () => Promise<T>,
  ): Promise<T> {
    const part = await runStep(progress, `start ${name}`, () => retryTakenPort(work));
    running.push(part);
    return part;
  }

  try {
    const [controlPlane, secretsManager] = await settleAll([
      start("Kubernetes", () =>
        startControlPlane({
          programs: {
            etcd: programs.etcd.path,
            apiserver: programs.apiserver.path,
            controllerManager: programs.controllerManager.path,
          },
          dir: join(dir, "kubernetes"),
          logDir,
        }),
      ),
      start("Secrets Manager", () =>
        startSecretsManager({ toolFolder: programs.motoFolder, dir, logDir, dayMs }),
      ),
    ]);
    const { kubeconfig } = controlPlane;
    const provider = chooseKubernetesProvider();
    const sandboxHome = join(dir, "1password");
    const { wording } = await createSandboxAccount(sandboxHome);
    const env = {
      ...userEnvironment(),
      ...secretsManager.env,
      ...(await createEngineHome({ dir, provider })),
      ...helmEnvironment(dir),
      PATH: await fillCommandFolders(dir, programs),
      TMPDIR: join(dir, "tmp"),
      // What the engine starts loads the same modules again and again.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(dir, "compiled"),
      XDG_RUNTIME_DIR: join(dir, "tmp"),
      KUBECONFIG: kubeconfig,
      OPCONNECT_SANDBOX_HOME: sandboxHome,
      OPCONNECT_SANDBOX_WORDING: String(wording),
      OPCONNECT_CHART: await chartFolder(dir),
    };
    await start("the pods' host", () =>
      startPods({
        kubeconfig,
        env,
        dir: join(dir, "pods"),
        logDir,
        pullOperator: async (version) => (await ensureOperator(version, progress)).path,
        sandboxCli: SANDBOX_CLI,
      }),
    );
    const parts = await listParts(programs, provider, wording);
    return { dir, logDir, kubeconfig, env, parts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function refuseNodeWithoutTypeScript(): void {
  if (process.features.typescript) return;
  throw new Error(
    `The rig runs TypeScript files, which Node ${process.version} cannot: use npm run`,
  );
}

/** Waits for both, even if one fails: a part that starts late must still be stopped. */
async function settleAll<A, B>(work: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

// Whatever else a user's shell holds, accounts above all, stays out.
function userEnvironment(): Record<string, string> {
  const entries = INHERITED.map((name) => [name, process.env[name]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

// Repositories and plugins of a user's own helm stay out.
function helmEnvironment(dir: string): Record<string, string> {
  return {
    HELM_CACHE_HOME: join(dir, "helm", "cache"),
    HELM_CONFIG_HOME: join(dir, "helm", "config"),
    HELM_DATA_HOME: join(dir, "helm", "data"),
  };
}

const INHERITED = [
  ...["HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LC_ALL", "CI"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
  ...["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"],
];
