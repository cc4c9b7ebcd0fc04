import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { printProgress } from "../../rig/progress.ts";
import type { Rig } from "../../rig/rig.ts";
import { pulumiYaml } from "../../rig/tools/catalog.ts";
import { ensureTool } from "../../rig/tools/ensure-tool.ts";

/**
 * Lays what runs programs in YAML into the plugin cache of a rig's engine. The first time it is built.
 * A `pulumi` of the user's own has one beside it.
 */
export async function installYamlLanguage({
  env,
  parts,
}: Pick<Rig, "env" | "parts">): Promise<void> {
  if (parts.some(({ name, kind }) => name === "pulumi" && kind === "real")) return;
  const { name, version } = pulumiYaml;
  const tool = await ensureTool(pulumiYaml, printProgress());
  const plugin = join(env.PULUMI_HOME ?? "", "plugins", `language-yaml-v${version}`);
  await mkdir(plugin, { recursive: true });
  await symlink(join(tool, name), join(plugin, name));
}
