import { chmod, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Programs } from "./tools/ensure-programs.ts";

/**
 * Fills the rig's two command folders and returns the PATH that starts with them. `op` has a
 * folder of its own, so that {@link withoutOp} can leave it out.
 */
export async function fillCommandFolders(dir: string, programs: Programs): Promise<string> {
  const [opBin, bin] = commandFolders(dir);
  await symlink(process.execPath, join(bin, "node"));
  for (const program of [programs.pulumi, programs.helm]) {
    await symlink(program.path, join(bin, program.name));
  }
  const op = join(opBin, "op");
  await writeFile(op, `#!/bin/sh\nexec '${process.execPath}' '${SANDBOX_CLI}' op "$@"\n`);
  await chmod(op, 0o755);
  return [opBin, bin, process.env.PATH].join(delimiter);
}

/** The folders of a rig that belong on PATH: that of `op`, that of everything else. */
export function commandFolders(dir: string): readonly [opBin: string, bin: string] {
  return [join(dir, "op-bin"), join(dir, "bin")];
}

export const SANDBOX_CLI = fileURLToPath(
  new URL("../../packages/sandbox/dist/bundled.js", import.meta.url),
);
