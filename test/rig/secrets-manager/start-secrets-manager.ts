import { join } from "node:path";
import getPort from "get-port";
import { startProcess } from "../processes/start-process.ts";
import { waitUntilReady } from "../processes/wait-until-ready.ts";
import { refuseExcess } from "./limits.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { putWithOneLabel } from "./one-label.ts";
import { startStoreProxy } from "./store-proxy.ts";

export interface SecretsManager {
  /** Endpoint and credentials, for AWS SDKs and tools. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts AWS Secrets Manager and STS, played by moto, from its virtual environment, behind a proxy
 * that knows the limits of the real one.
 */
export async function startSecretsManager(options: {
  readonly toolFolder: string;
  readonly dir: string;
  readonly logDir: string;
  /** How long a day of Secrets Manager is, in milliseconds. */
  readonly dayMs: number;
}): Promise<SecretsManager> {
  const { toolFolder, dir, logDir, dayMs } = options;
  const limit = refuseExcess(dayMs);
  const port = await getPort({ host: "127.0.0.1" });
  const url = `http://127.0.0.1:${port}`;
  const proxy = await startStoreProxy(
    url,
    oneAtATime(async (request, ask) => {
      return (await limit(request, ask)) ?? putWithOneLabel(request, ask);
    }),
  );
  const env = awsEnvironment(proxy.url, dir);
  const moto = startProcess({
    name: "moto",
    command: join(toolFolder, "bin", "python"),
    args: ["-m", "moto.server", "--host", "127.0.0.1", "--port", String(port)],
    env: { PATH: process.env.PATH, ...env, MOTO_RECORDER_FILEPATH: join(dir, "moto-recording") },
    logFile: join(logDir, "moto.log"),
  });
  const stop = async () => {
    await Promise.all([proxy.stop(), moto.stop()]);
  };
  try {
    await waitUntilReady(moto, async () => (await fetch(`${url}/moto-api/data.json`)).ok);
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, stop };
}

// Whatever of AWS a user's shell or home holds is out of reach.
function awsEnvironment(url: string, dir: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "eu-central-1",
    AWS_DEFAULT_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIAOPCONNECTRIGFAKE",
    AWS_SECRET_ACCESS_KEY: "opconnect-rig-fake-secret-access-key",
    AWS_CONFIG_FILE: join(dir, "aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(dir, "aws-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
