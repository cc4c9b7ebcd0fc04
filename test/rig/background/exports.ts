import { delimiter } from "node:path";
import { commandFolders } from "../command-folders.ts";

/** Lines that bring a rig's environment into a POSIX shell. */
export function renderExports(rig: { dir: string; env: Readonly<Record<string, string>> }): string {
  const { PATH: _path, TMPDIR: _tmpdir, ...variables } = rig.env;
  const changed = Object.entries(variables).filter(([name, value]) => process.env[name] !== value);
  // The shell keeps its own PATH behind the rig's commands, and its own temporary folder, which
  // must outlive the rig.
  const folders = commandFolders(rig.dir).join(delimiter);
  return [
    // A profile of the user's would win over the rig's keys; boto3 refuses an empty one.
    "unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN",
    ...changed.map(([name, value]) => `export ${name}=${quote(value)}`),
    `export PATH=${quote(folders)}:"$PATH"`,
    "",
  ].join("\n");
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
