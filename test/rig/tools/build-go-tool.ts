import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runBuildCommand } from "./build-command.ts";
import type { GoTool } from "./tool.ts";

/** Builds a Go tool into `folder`, through a scratch module that is removed afterwards. */
export async function buildGoTool(
  tool: GoTool,
  folder: string,
  note: (text: string) => void,
): Promise<void> {
  const scratch = join(folder, "module");
  await mkdir(scratch);
  await go(tool, scratch, ["mod", "init", `opconnect.invalid/rig/${tool.name}`]);
  await replaceStagingModules(tool, scratch);
  note("downloading modules");
  await go(tool, scratch, ["get", `${tool.package}@v${tool.version}`]);
  note("compiling");
  const output = join(folder, tool.name);
  const flags = ["-trimpath", "-ldflags", linkerFlags(tool)];
  await go(tool, scratch, ["build", ...flags, "-o", output, tool.package]);
  await rm(scratch, { recursive: true });
  for (const [name, script] of Object.entries(tool.companions ?? {})) {
    await writeFile(join(folder, name), script);
    await chmod(join(folder, name), 0o755);
  }
}

function go(tool: GoTool, cwd: string, args: readonly string[]): Promise<string> {
  return runBuildCommand({
    command: "go",
    args,
    cwd,
    env: { CGO_ENABLED: "0", GOWORK: "off" },
    remedy: `Building ${tool.name} needs Go 1.26 or newer on PATH (https://go.dev/dl).`,
  });
}

// Kubernetes publishes the modules of its staging folder one by one, but requires them as v0.0.0.
async function replaceStagingModules(tool: GoTool, scratch: string): Promise<void> {
  if (tool.staging === undefined) return;
  const { module, version } = tool.staging;
  const answer = await go(tool, scratch, [
    "mod",
    "download",
    "-json",
    `${module}@v${tool.version}`,
  ]);
  const { GoMod }: { GoMod: string } = JSON.parse(answer);
  const requirements = (await readFile(GoMod, "utf8")).matchAll(/^\s+(\S+) v0\.0\.0$/gm);
  const replacements = [...requirements].map(
    ([, required]) => `-replace=${required}=${required}@v${version}`,
  );
  await go(tool, scratch, ["mod", "edit", ...new Set(replacements)]);
}

function linkerFlags(tool: GoTool): string {
  const variables = Object.entries(tool.variables ?? {});
  return ["-s", "-w", ...variables.map(([name, value]) => `-X=${name}=${value}`)].join(" ");
}
