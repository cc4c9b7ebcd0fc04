import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { manifestFolder } from "../../../packages/pulumi/src/provider.ts";
import type { Remedies } from "./remedy.ts";

const folder = await mkdtemp(join(tmpdir(), "manifests-"));

export async function removeManifestFolders(): Promise<void> {
  await rm(folder, { recursive: true });
}

function write(directory: string) {
  const files = { "items.yaml": "items: 1\n" };
  return manifestFolder.create({
    ...{ files, mark: "# Written by opconnect, from the Pulumi stack client/acme-prod." },
    directory: relative(process.cwd(), directory),
  });
}

async function meetForeign() {
  await writeFile(join(folder, "items.yaml"), "theirs: 1\n");
  return write(folder);
}

/** Where files are to be written that a commit hands over. */
export const manifestRemedies: Remedies = {
  MANIFEST_FOREIGN: [
    {
      says: "Choose another `gitOps.directory`",
      refused: meetForeign,
      mended: () => write(join(folder, "prod")),
    },
    {
      says: "move that file away",
      refused: meetForeign,
      async mended() {
        await rename(join(folder, "items.yaml"), join(folder, "theirs.yaml"));
        return write(folder);
      },
    },
  ],
};
