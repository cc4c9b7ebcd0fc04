import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FleetReport, parseReportFile } from "@opconnect/fleet";
import { execa } from "execa";
import { createFleetFolder, type FleetFolder } from "../harness/act/fleet-project.ts";
import { opconnect } from "../harness/act/opconnect.ts";
import type { RigAccess } from "../harness/rig-access.ts";
import { program } from "./compare.ts";

/** What a change of one file does, and what `--affected` makes of it. */
export interface Truth {
  readonly file: string;
  /** Stacks that are previewed by `--affected`. */
  readonly picked: readonly string[];
  /** Stacks that are something else than before, by a preview of all. */
  readonly differing: readonly string[];
}

/** Changes of the files of the program, one of each. */
export const edits: Readonly<Record<string, (text: string) => string>> = {
  "index.ts": (text) => text.replace("...declared.outputs", '...declared.outputs, more: "one"'),
  "lib/make.ts": (text) => text.replace("seen: seen.length", "seen: seen.length + 1"),
  "lib/seen.ts": (text) => text.replace("= []", '= ["before"]'),
  "lib/thing.ts": (text) => text.replace('"Thing");', '"Other");'),
  "lib/fail.ts": (text) => `${text}// another line\n`,
  "lib/spec.ts": (text) => `${text}// another line\n`,
  "lib/unused.ts": (text) => text.replace("true", "false"),
  "label.json": (text) => text.replace("one", "two"),
  "tsconfig.json": (text) => text.replace("ES2022", "ES2023"),
  "package.json": (text) => text.replace('"declared"', '"renamed"'),
  "Pulumi.first-prod.yaml": (text) => text.replace("name: one", "name: other"),
  "Pulumi.second-prod.yaml": (text) => text.replace("name: one", "name: other"),
};

/** Changes each of some files in turn, and takes each change back. */
export async function tryFiles(
  rig: RigAccess,
  name: string,
  files: readonly string[],
): Promise<readonly Truth[]> {
  const folder = await createFleetFolder(rig, name, program);
  for (const stack of ["first-prod", "second-prod"]) {
    await folder.configure(stack, { declared: { resources: [{ name: "one" }] } });
  }
  await commit(folder);
  const before = await preview(rig, folder);
  const truths: Truth[] = [];
  for (const file of files) {
    const path = join(folder.dir, file);
    const text = await readFile(path, "utf8");
    const edited = edits[file]?.(text) ?? text;
    if (edited === text) throw new Error(`The change of ${file} changes nothing.`);
    await writeFile(path, edited);
    const picked = await preview(rig, folder, "--affected", "--base", "HEAD");
    const all = await preview(rig, folder);
    await writeFile(path, text);
    truths.push({
      file,
      picked: picked.stacks.map(({ stack }) => stack),
      differing: all.stacks
        .filter(({ stack, digest }) => digestOf(before, stack) !== digest)
        .map(({ stack }) => stack),
    });
  }
  return truths;
}

async function commit({ dir }: FleetFolder): Promise<void> {
  const author = ["-c", "user.name=fixture", "-c", "user.email=fixture@example.com"];
  await writeFile(join(dir, ".gitignore"), "node_modules\nreport-*\n");
  await execa("git", ["init", "--quiet"], { cwd: dir });
  await execa("git", ["add", "--all"], { cwd: dir });
  await execa("git", [...author, "commit", "--quiet", "--message=first"], { cwd: dir });
}

async function preview(
  rig: RigAccess,
  { dir }: FleetFolder,
  ...words: readonly string[]
): Promise<FleetReport> {
  const kept = await mkdtemp(join(rig.dir, "report-"));
  const file = join(kept, "report.json");
  const run = await opconnect(rig, ["preview", "--json", file, ...words], {
    cwd: dir,
    env: { OPCONNECT_CACHE: kept },
  });
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error(`There is no report: ${run.stderr}`);
  });
  return parseReportFile(text, file);
}

function digestOf({ stacks }: FleetReport, name: string): string | undefined {
  return stacks.find(({ stack }) => stack === name)?.digest;
}
