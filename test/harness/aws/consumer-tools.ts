import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ReportProgress } from "../../rig/progress.ts";
import { awsConsumers } from "../../rig/tools/catalog.ts";
import { ensureTool } from "../../rig/tools/ensure-tool.ts";

/** The commands of the AWS CLI and of awsume, and the Python that has boto3. */
export interface ConsumerTools {
  /** Folder for PATH with `aws`, `awsume` and `awsumepy`. */
  readonly bin: string;
  readonly python: string;
}

/** Installs the tools, once per machine, and lays their commands into a new folder. */
export async function installConsumerTools(
  bin: string,
  progress: ReportProgress,
): Promise<ConsumerTools> {
  const folder = await ensureTool(awsConsumers, progress);
  const python = join(folder, "bin/python");
  await mkdir(bin, { recursive: true });
  await copyFile(join(folder, "bin/awsume"), join(bin, "awsume"));
  // Their own start scripts name the folder they were built in.
  await writeCommand(join(bin, "aws"), `'${python}' -m awscli "$@"`);
  const main =
    "import sys; sys.argv[0] = 'awsumepy'; from awsume.awsumepy.main import main; main()";
  await writeCommand(join(bin, "awsumepy"), `'${python}' -c "${main}" "$@"`);
  return { bin, python };
}

async function writeCommand(path: string, line: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\nexec ${line}\n`);
  await chmod(path, 0o755);
}
