/**
 * Shell script by which the engine starts a plugin that is a Node program. The plugin ends when the
 * engine is gone, even if that was killed while Node was still loading.
 * @param program Shell word that names the program's file.
 */
export function pluginScript(program: string): string {
  return [
    "#!/bin/sh",
    "export OPCONNECT_ENGINE_PID=$PPID",
    `exec node --import "$OPCONNECT_END_WITH_ENGINE" ${program} "$@"`,
    "",
  ].join("\n");
}
