import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { say } from "../../terminal/say.ts";
import { homeFolder } from "../session/home-folder.ts";

/**
 * Names the aliases by which 1Password's shell plugin takes the place of the `aws` command: under
 * it, that one command would ask for a second session by itself.
 * @see https://developer.1password.com/docs/cli/shell-plugins/aws
 */
export async function sayPluginAliases(env: NodeJS.ProcessEnv): Promise<void> {
  const home = homeFolder(env);
  if (home === undefined) return;
  const settings = env.XDG_CONFIG_HOME || join(home, ".config");
  const paths = new Set([
    join(settings, "op", "plugins.sh"),
    join(home, ".config", "op", "plugins.sh"),
    join(home, ".op", "plugins.sh"),
    ...shellFiles.map((name) => join(home, name)),
  ]);
  for (const path of paths) {
    const text = await readFile(path, "utf8").catch(() => "");
    for (const { line, command } of parsePluginAliases(text)) {
      say(
        `${path}:${line} makes \`${command}\` run through \`op plugin\`, past the profile: remove that alias.`,
      );
    }
  }
}

export function parsePluginAliases(text: string) {
  return text.split(/\r?\n/).flatMap((line, at) => {
    const command =
      /^\s*alias\s+(?:--\s+)?(?<command>[\w-]+)(?:=|\s+)["']?op(?:\.exe)? plugin run\b/.exec(line)
        ?.groups?.command;
    return command === undefined ? [] : [{ line: at + 1, command }];
  });
}

const shellFiles = [
  ".bashrc",
  ".bash_profile",
  ".bash_aliases",
  ".profile",
  ".zshrc",
  ".zprofile",
  ".config/fish/config.fish",
];
