/**
 * Annotations of an object that is ours, for the Kubernetes provider: one field manager for all
 * releases, environments and states, instead of one that it makes up for each resource; and what
 * others have set since is put right instead of being a conflict. A field that a later release
 * leaves out goes, since there is no other manager that still has it.
 * @see https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
export const ownedFields = {
  "pulumi.com/patchFieldManager": "opconnect",
  "pulumi.com/patchForce": "true",
} as const;

/** Label of what is ours. */
export const managedBy = { "app.kubernetes.io/managed-by": "opconnect" } as const;
