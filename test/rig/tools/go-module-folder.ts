import { tmpdir } from "node:os";
import { runBuildCommand } from "./build-command.ts";

/** A published Go module of which files are read, and nothing is built. */
export interface GoModule {
  readonly module: string;
  /** Version without a leading `v`. */
  readonly version: string;
}

/** The folder that holds the source of a Go module, in Go's own cache. The first time it is downloaded. */
export async function goModuleFolder({ module, version }: GoModule): Promise<string> {
  const answer = await runBuildCommand({
    command: "go",
    args: ["mod", "download", "-json", `${module}@v${version}`],
    cwd: tmpdir(),
    env: { GOWORK: "off" },
    remedy: `Reading ${module} needs Go 1.26 or newer on PATH (https://go.dev/dl).`,
  });
  const { Dir }: { Dir: string } = JSON.parse(answer);
  return Dir;
}
