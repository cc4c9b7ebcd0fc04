import { z } from "zod";
import type { Work } from "../crud.ts";
import { sayOnce } from "../warn-once.ts";
import {
  foreign,
  readManifest,
  removeEmptyFolder,
  removeManifest,
  writeManifest,
} from "./files.ts";
import { type FolderInputs, folderSchema } from "./inputs.ts";

const stateSchema = folderSchema.extend({ files: z.record(z.string(), z.string()).default({}) });

/** What a `ManifestFolder` does on the disk. */
export const work: Work = {
  async create(properties) {
    const inputs = folderSchema.parse(properties);
    await writeAll(inputs, undefined);
    return { id: inputs.directory, outs: inputs };
  },

  async update(_id, olds, news) {
    const former = stateSchema.parse(olds);
    const inputs = folderSchema.parse(news);
    await writeAll(inputs, former);
    await removeAll(former, (name) => !(name in inputs.files));
    return { outs: inputs };
  },

  /** As the files are there, so that what was changed by hand shows. */
  async read(_id, properties) {
    const state = stateSchema.parse(properties);
    const files: Record<string, string> = {};
    for (const name of Object.keys(state.files)) {
      const found = await readManifest(state.directory, name, state.mark);
      if (found !== undefined) files[name] = found.content;
    }
    return { ...properties, files };
  },

  async delete(_id, properties) {
    const state = stateSchema.parse(properties);
    await removeAll(state, () => true);
    await removeEmptyFolder(state.directory);
  },
};

/** Looks at all files before it writes the first. */
async function writeAll(
  { directory, mark, files }: FolderInputs,
  former: FolderInputs | undefined,
): Promise<void> {
  const ours = former?.directory === directory ? former.files : {};
  for (const name of Object.keys(files)) {
    const found = await readManifest(directory, name, mark);
    if (found !== undefined && !found.isMarked && !(name in ours)) throw foreign(directory, name);
  }
  for (const [name, content] of Object.entries(files)) {
    await writeManifest(directory, name, { mark, content });
  }
}

/** What is there no more as we wrote it, and does not bear our mark, somebody else has put there. */
async function removeAll(
  { directory, mark, files }: FolderInputs,
  goes: (name: string) => boolean,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    if (!goes(name)) continue;
    const found = await readManifest(directory, name, mark).catch(() => "foreign" as const);
    if (found === undefined) continue;
    if (found !== "foreign" && (found.isMarked || found.content === content)) {
      await removeManifest(directory, name);
    } else {
      sayOnce(`${directory}/${name} stays: it is none of the files that this stack has written.`);
    }
  }
}
