import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findOnPath, userPath } from "../tools/find-on-path.ts";
import { pluginScript } from "../tools/plugin-script.ts";

/** Where the engine takes the kubernetes provider from. */
export type KubernetesProvider = "on PATH" | "downloaded by the engine" | "test/rig/providers";

/**
 * The user's own provider on PATH; the one that the engine downloads, if OPCONNECT_REAL_PROVIDERS asks
 * for it; else the stand-in.
 */
export function chooseKubernetesProvider(): KubernetesProvider {
  if (findOnPath(PLUGIN, userPath()) !== undefined) return "on PATH";
  return process.env.OPCONNECT_REAL_PROVIDERS ? "downloaded by the engine" : "test/rig/providers";
}

/**
 * Lays the provider into an engine's plugin cache under the version that the program's package asks
 * for, so that the engine neither looks for it elsewhere nor warns.
 * @returns variables for the engine.
 */
export async function installKubernetesProvider(
  provider: KubernetesProvider,
  home: string,
): Promise<Record<string, string>> {
  if (provider === "downloaded by the engine") return {};
  const folder = join(home, "plugins", `resource-kubernetes-v${await kubernetesVersion()}`);
  const file = join(folder, PLUGIN);
  await mkdir(folder, { recursive: true });
  if (provider === "on PATH") await symlink(findOnPath(PLUGIN, userPath()) ?? "", file);
  else {
    const program = fileURLToPath(new URL("../providers/kubernetes/main.ts", import.meta.url));
    await writeFile(file, pluginScript(`'${program}'`));
    await chmod(file, 0o755);
  }
  return {
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** Version of the provider's package as programs in this workspace import it. */
export async function kubernetesVersion(): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve("@pulumi/kubernetes/package.json");
  const { version }: { version: string } = JSON.parse(await readFile(manifest, "utf8"));
  return version;
}

const PLUGIN = "pulumi-resource-kubernetes";
