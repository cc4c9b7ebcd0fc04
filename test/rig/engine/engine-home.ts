import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installKubernetesProvider, type KubernetesProvider } from "./kubernetes-provider.ts";
import { stateBackendUrl } from "./state-backend.ts";

/** Makes a private home and backend for the Pulumi engine and returns its environment. */
export async function createEngineHome(options: {
  readonly dir: string;
  readonly provider: KubernetesProvider;
}): Promise<Record<string, string>> {
  const { dir, provider } = options;
  const home = join(dir, "pulumi-home");
  const state = join(dir, "pulumi-state");
  await mkdir(home);
  await mkdir(state);
  return {
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: stateBackendUrl(state),
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(await installKubernetesProvider(provider, home)),
    OPCONNECT_LANGUAGE_HOST: pathOf("language-host.ts"),
    OPCONNECT_DYNAMIC_PROVIDER: pathOf("dynamic-provider.mjs"),
    OPCONNECT_END_WITH_ENGINE: pathOf("end-with-engine.mjs"),
  };
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
