import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RolldownOutput } from "rolldown";

/** What the makers of the libraries in a bundle want to be said wherever these go, each text once. */
export function bundledLicenses(output: readonly RolldownOutput["output"][number][]): string {
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  const folders = modules.flatMap((id) => /.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  const namesByText = new Map<string, string>();
  for (const folder of [...new Set(folders)].sort()) {
    const files = globSync("{LICEN[SC]E,licen[sc]e,COPYING,NOTICE}*", { cwd: folder });
    const text = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
    namesByText.set(text, `${namesByText.get(text) ?? ""}${nameOf(folder)}\n`);
  }
  return [...namesByText].map(([text, names]) => `${names}\n${text}`).join("\n\n");
}

function nameOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return `${name} ${version} (${license})`;
}
