import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** A line that makes a shell run a command through a plugin of 1Password. */
export interface PluginAlias {
  readonly path: string;
  readonly line: number;
  /** E.g. `"aws"`. */
  readonly command: string;
}

/**
 * Finds the aliases by which 1Password's shell plugin takes the place of the `aws` command: under
 * it, that one command would ask for a second session by itself.
 * @see https://developer.1password.com/docs/cli/shell-plugins/aws
 */
export async function findPluginAliases(
  environment: NodeJS.ProcessEnv,
): Promise<readonly PluginAlias[]> {
  const home = environment.HOME || environment.USERPROFILE || homedir();
  const settings = environment.XDG_CONFIG_HOME || join(home, ".config");
  const paths = [
    ...[join(settings, "op"), join(home, ".config", "op"), join(home, ".op")].map((folder) =>
      join(folder, "plugins.sh"),
    ),
    ...shellFiles.map((name) => join(home, name)),
  ];
  const found = await Promise.all([...new Set(paths)].map(aliasesIn));
  return found.flat();
}

/** The aliases in the text of one file. */
export function parsePluginAliases(text: string, path: string): readonly PluginAlias[] {
  return text.split(/\r?\n/).flatMap((line, at) => {
    const command =
      /^\s*alias\s+(?:--\s+)?(?<command>[\w-]+)(?:=|\s+)["']?op(?:\.exe)? plugin run\b/.exec(line)
        ?.groups?.command;
    return command === undefined ? [] : [{ path, line: at + 1, command }];
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

async function aliasesIn(path: string): Promise<readonly PluginAlias[]> {
  try {
    return parsePluginAliases(await readFile(path, "utf8"), path);
  } catch {
    return [];
  }
}
