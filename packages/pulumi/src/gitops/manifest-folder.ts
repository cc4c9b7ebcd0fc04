import * as pulumi from "@pulumi/pulumi";
import { ProvidedResource } from "../resources/provided-resource.ts";

/** Arguments of {@link ManifestFolder}. */
export interface ManifestFolderArgs {
  /** The folder, relative to that of the Pulumi project. */
  readonly directory: string;
  /** Contents of the files by their names. No secrets: they stand in state, and in Git. */
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Files of a folder, which a commit hands over to what deploys it. A preview shows what changes in
 * which of them, by the state and by what lies there: what was changed by hand, or is missing in this
 * clone, is written again. Each begins with a line that names the stack; a file without it that the
 * state does not know is never written over, nor removed.
 *
 * Errors at preview: `MANIFEST_FOREIGN`.
 */
export class ManifestFolder extends ProvidedResource {
  constructor(name: string, args: ManifestFolderArgs, opts?: pulumi.CustomResourceOptions) {
    const stack = `${pulumi.getProject()}/${pulumi.getStack()}`;
    const mark = `# Written by opconnect, from the Pulumi stack ${stack}: what is changed here is written over.`;
    super("manifestFolder", name, { ...args, mark }, opts);
  }
}
