import { z } from "zod";

/** What a folder of manifests is to hold. */
export const folderSchema = z.object({
  /** Relative to the folder that Pulumi runs in: another clone has it elsewhere. */
  directory: z.string(),
  /** First line of each file, by which it is known again. */
  mark: z.string(),
  /** Contents by names, without that line. */
  files: z.record(z.string(), z.string()),
});

export type FolderInputs = z.infer<typeof folderSchema>;
