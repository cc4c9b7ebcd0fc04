import { isAbsolute } from "node:path";
import * as z from "zod/mini";
import { objectName } from "../input/names.ts";
import { fields, like, oneOf, refuse, text } from "../input/schema.ts";

/** The store of External Secrets Operator that reads the environment's secrets of AWS Secrets Manager. */
export interface GitOpsSecretStore {
  /**
   * Kind of the store.
   * @default "ClusterSecretStore"
   */
  readonly kind?: "ClusterSecretStore" | "SecretStore" | undefined;
  /** Its name. A `SecretStore` has to be in the namespace of Connect and the operator. */
  readonly name: string;
}

/** Where Argo CD finds what was written. */
export interface GitOpsSource {
  /** Address of the Git repository, e.g. `"https://git.example.com/acme/clusters.git"`. */
  readonly repository: string;
  /** Path of the folder in it, e.g. `"clusters/acme-prod"`. */
  readonly path: string;
  /**
   * Branch, tag or commit.
   * @default "HEAD"
   */
  readonly revision?: string | undefined;
}

/** Which tool deploys the cluster's side of an environment, and where that is written for it. Plain. */
export interface GitOpsArgs {
  /** Flux, from 2.3 on, or Argo CD, whose Kustomize has to be allowed Helm: `--enable-helm`. */
  readonly tool: "flux" | "argocd";
  /**
   * Folder that is written, relative to that of the Pulumi project, e.g. `"../clusters/acme-prod"`.
   * It is the environment's own: no other stack writes there.
   */
  readonly directory: string;
  /** Where the cluster gets the credentials from. */
  readonly secretStore: GitOpsSecretStore;
  /**
   * Where the folder is to be found in Git, for Argo CD, which needs it; Flux is told by its own
   * Kustomization.
   * @default - none, for Flux
   */
  readonly source?: GitOpsSource | undefined;
}

const folder = like(
  /^[^\0\\]*[^\0\\/.][^\0\\]*$/,
  'the path of a folder, such as "../clusters/acme-prod"',
).check(
  z.superRefine((path, context) => {
    if (!isAbsolute(path)) return;
    const remedy =
      "Write it relative to the folder of the Pulumi project: other clones have it elsewhere.";
    refuse(context, { says: " is an absolute path", remedy });
  }),
);

/** Checks who deploys, and where that is written. */
export const gitOpsSchema = fields<GitOpsArgs>(() => ({
  tool: oneOf("flux", "argocd"),
  directory: folder,
  secretStore: fields<GitOpsSecretStore>(() => ({
    kind: z.optional(oneOf("ClusterSecretStore", "SecretStore")),
    name: objectName,
  })),
  source: z.optional(
    fields<GitOpsSource>(() => ({
      repository: text("the address of a Git repository"),
      path: text("the path of a folder in the repository"),
      revision: z.optional(text("a branch, a tag or a commit")),
    })),
  ),
})).check(
  z.superRefine(({ tool, source }, context) => {
    if (tool === "argocd" && source === undefined) {
      const remedy = "Pass `repository` and `path`: the Application names them.";
      refuse(context, { says: " is missing, and Argo CD needs it", remedy }, ["source"]);
    }
    if (tool === "flux" && source !== undefined) {
      const remedy = "Leave it out: Flux is told by its own Kustomization.";
      refuse(context, { says: " is for Argo CD", remedy }, ["source"]);
    }
  }),
);
