import { storeConfigSchema } from "@opconnect/provision";
import { z } from "zod";

/** What `pulumi stack export` prints, as far as it is read. */
export const exportSchema = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          id: z.string().optional(),
          delete: z.boolean().optional(),
          outputs: z.unknown().optional(),
        }),
      )
      .default([]),
  }),
});

/** A Connect server, as a value in the credential store. */
export const serverSchema = z.object({
  /** Name in 1Password. */
  name: z.string(),
  serverId: z.string(),
  secretId: z.string(),
  versionId: z.string(),
  /** ISO 8601; states of earlier releases do not say. */
  mintedAt: z.string().optional(),
  store: storeConfigSchema,
  /** Vaults granted to the server, or covered by the token. */
  vaults: z
    .array(z.object({ key: z.string(), id: z.string(), access: z.enum(["read", "read-write"]) }))
    .readonly(),
  /** Keys of the vaults that tokens cover: of the others nothing can be told. */
  witnessed: z.array(z.string()).readonly().optional(),
  /** That Git brings its value to a cluster, where no update sees what uses it; else where it is used. */
  usedIn: z.literal("unseen").optional().catch(undefined),
});

export const tokenSchema = serverSchema.extend({
  consumer: z.string(),
  tokenId: z.string(),
  /** Age at which it is replaced. */
  rotateAfter: z.string().optional(),
});

/** The token of a service account, which an admin has put into the credential store. */
export const accountTokenSchema = z.object({
  /** Name or id of its secret, as the program has it. */
  secret: z.string(),
  secretId: z.string(),
  versionId: z.string(),
  /** SHA-256 of the token, hex. */
  fingerprint: z.string(),
  store: storeConfigSchema,
});

export const vaultSchema = z.object({ title: z.string(), vaultId: z.string() });

/** A Secret of an environment that holds a value of the store. */
export const clusterSecretSchema = z.object({
  /** The cluster that it was written to; none in the state of a release that did not say. */
  clusterUid: z.string().optional(),
  /** Where in the store its value lies. */
  secretId: z.string().optional(),
  /** Its path; its content is a secret of the stack. */
  kubeconfig: z.union([z.string(), z.looseObject({})]).optional(),
  context: z.string().optional(),
  namespace: z.string(),
  name: z.string(),
  key: z.string(),
  base64Key: z.string().optional(),
  content: z.string(),
  fingerprint: z.string(),
});

/** A certificate that Connect serves TLS with. */
export const certificateSchema = z.object({
  /** Of the Secret that it is in. */
  namespace: z.string(),
  name: z.string(),
  /** SHA-256 of the certificate, hex. */
  fingerprint: z.string(),
});

/** Where an object is that the Kubernetes provider made. */
export const kubernetesObjectSchema = z.object({
  metadata: z.object({ namespace: z.string(), name: z.string() }),
});

/** A NetworkPolicy that the Kubernetes provider made. */
export const networkPolicySchema = kubernetesObjectSchema.extend({ spec: z.unknown() });

/** A policy of admission, or its binding, that the Kubernetes provider made. */
export const admissionSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.unknown(),
});

/** What an update waited for of the Secret of an item. */
export const itemSecretSchema = z.object({
  namespace: z.string(),
  name: z.string(),
  needs: z.array(z.string()),
});

/** Where a `OnePasswordItem` is: of ours, or, from earlier releases, of the Kubernetes provider. */
export const itemSchema = z.union([
  z.object({ namespace: z.string(), name: z.string() }),
  kubernetesObjectSchema.transform(({ metadata }) => metadata),
]);
