import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../docs/install.md", import.meta.url), "utf8");

/** What docs/install.md has a user of a package manager do with the tarballs. */
export interface Instructions {
  /** What goes into `package.json`. */
  readonly manifest: object;
  /** What goes into the manager's own file, in YAML. */
  readonly settings: string;
  /** The command that installs. */
  readonly command: string;
}

/** The managers that the page tells of, by the word in bold that begins their part. */
export const managers = {
  npm: { settingsFile: ".npmrc" },
  pnpm: { tool: "pnpm", settingsFile: "pnpm-workspace.yaml" },
  "Yarn 1": { tool: "yarn@1", settingsFile: ".yarnrc" },
  "Yarn 4": { tool: "@yarnpkg/cli-dist@4", settingsFile: ".yarnrc.yml" },
  // Its package puts the program into place by a script, which npm does not run here.
  Bun: { tool: "bun", script: "bun/install.js", settingsFile: "bunfig.toml" },
} as const;

/** Name of a package manager. */
export type Manager = keyof typeof managers;

/** Reads the part of a manager, so that what is tried is what the page says. */
export function instructionsFor(manager: Manager): Instructions {
  const part = partOf(manager);
  // "Yarn 4 takes the same block", and the same command.
  const other = manager === "Yarn 4" ? partOf("Yarn 1") : part;
  return {
    manifest: JSON.parse(blockOf(other, "json") ?? "{}"),
    settings: blockOf(part, "yaml") ?? "",
    command: blockOf(other, "sh") ?? "",
  };
}

function partOf(manager: Manager): string {
  const begin = page.indexOf(`\n**${manager}**`);
  if (begin < 0) throw new Error(`docs/install.md says nothing of ${manager}`);
  const part = page.slice(begin + 1);
  const next = part.slice(1).search(/^\*\*|^## /m);
  return part.slice(0, next + 1);
}

function blockOf(part: string, language: string): string | undefined {
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "ms").exec(part)?.[1];
}
