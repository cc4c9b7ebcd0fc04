import type { VolumeContent } from "./pod-volumes.ts";

export interface ContainerMount {
  /** Folder or file of this machine, or a volume. */
  readonly source:
    | { readonly path: string }
    | { readonly volume: string; readonly subPath: string };
  readonly target: string;
  readonly readOnly: boolean;
}

/**
 * All that a container is started from. It reaches the container's namespace as JSON on the standard
 * input of its starter: Secrets are in it, so no file, argument or environment carries it.
 */
export interface ContainerEntry {
  /** Empty folder of this machine that becomes the container's own memory file system. */
  readonly stage: string;
  readonly volumes: readonly VolumeContent[];
  readonly mounts: readonly ContainerMount[];
  readonly command: readonly string[];
  readonly workingFolder: string;
  readonly variables: Readonly<Record<string, string>>;
}
