import { join } from "node:path";
import { runBuildCommand } from "./build-command.ts";
import type { PythonTool } from "./tool.ts";

/** Installs a Python tool into `folder`, a virtual environment. */
export async function buildPythonTool(
  tool: PythonTool,
  folder: string,
  note: (text: string) => void,
): Promise<void> {
  const remedy = `Installing ${tool.name} needs Python 3.10 or newer with the venv module on PATH.`;
  await runBuildCommand({ command: "python3", args: ["-m", "venv", "."], cwd: folder, remedy });
  note("downloading packages");
  const requirements = [`${tool.requirement}==${tool.version}`, ...(tool.others ?? [])];
  await runBuildCommand({
    // The scripts in bin/ name the folder they were installed in, which is renamed afterwards.
    command: join(folder, "bin", "python"),
    args: ["-m", "pip", "install", "--quiet", ...requirements],
    cwd: folder,
    remedy,
  });
}
