import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pluginScript } from "../tools/plugin-script.ts";
import { stateBackendUrl } from "./state-backend.ts";

/**
 * Makes a private home and backend for the Pulumi engine and returns its environment.
 * The stand-in provider lies in the home's plugin cache under the version that the program's package
 * asks for, so the engine neither looks for it elsewhere nor warns.
 */
export async function createEngineHome(options: {
  readonly dir: string;
  /** Leave `kubernetes` to the provider that the engine downloads. */
  readonly realProviders: boolean;
}): Promise<Record<string, string>> {
  const { dir, realProviders } = options;
  const home = join(dir, "pulumi-home");
  const state = join(dir, "pulumi-state");
  await mkdir(home);
  await mkdir(state);
  if (!realProviders) await installStandIn("kubernetes", home);
  return {
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: stateBackendUrl(state),
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(!realProviders && { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
    OPCONNECT_LANGUAGE_HOST: pathOf("language-host.ts"),
    OPCONNECT_DYNAMIC_PROVIDER: pathOf("dynamic-provider.mjs"),
    OPCONNECT_END_WITH_ENGINE: pathOf("end-with-engine.mjs"),
  };
}

/** Version of a provider's package as programs in this workspace import it. */
export async function providerVersion(name: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve(`@pulumi/${name}/package.json`);
  const { version }: { version: string } = JSON.parse(await readFile(manifest, "utf8"));
  return version;
}

async function installStandIn(name: string, home: string): Promise<void> {
  const version = await providerVersion(name);
  const folder = join(home, "plugins", `resource-${name}-v${version}`);
  const program = pathOf(`../providers/${name}/main.ts`);
  const script = join(folder, `pulumi-resource-${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(script, pluginScript(`'${program}'`));
  await chmod(script, 0o755);
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
