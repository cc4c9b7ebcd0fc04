import "./node-version.ts";
import { diffItem, itemRoles } from "./provider/cluster/item/diff.ts";
import { diffScope, diffWatch, scopeRoles } from "./provider/cluster/operator-scope/diff.ts";
import { deferredCrud } from "./provider/crud.ts";
import { diffDelivered } from "./provider/delivery/diff.ts";
import { notingReplaced } from "./provider/minted/replaced.ts";
import { diffMinted, diffSecret } from "./provider/property-diff.ts";

const secretRoles = {
  updates: ["store", "description", "tags"],
  follows: ["holder"],
  replaces: ["name"],
};

/** Life cycle of a `CredentialSecret`. */
export const credentialSecret = deferredCrud(
  secretRoles,
  () => import("./provider/credential-secret.ts"),
  {
    check: () => import("./provider/credential-secret.ts"),
    diff: diffSecret(secretRoles),
    findings: ["lost"],
  },
);

/** Life cycle of a `Vault`. */
export const vault = deferredCrud(
  {
    updates: [
      ...["title", "description", "icon", "groups", "users", "evenIfNotEmpty"],
      ...["drift", "unfinished"],
    ],
  },
  () => import("./provider/vault.ts"),
);

const serverRoles = {
  updates: ["name", "vaults", "store"],
  follows: ["holder"],
  replaces: ["secretId", "revision", "rotation"],
};

/** Life cycle of a `ConnectServer`. Its name and grants follow in place, all else takes a new one. */
export const connectServer = deferredCrud(
  serverRoles,
  () => import("./provider/minted/connect-server.ts"),
  {
    check: () => import("./provider/minted/check.ts"),
    diff: notingReplaced(diffMinted(serverRoles, "serverId"), "serverId"),
    findings: ["stored"],
  },
);

const tokenRoles = {
  updates: ["store"],
  follows: ["holder"],
  replaces: [
    ...["name", "consumer", "serverId", "vaults", "secretId", "revision", "expiresIn"],
    "rotation",
  ],
};

/** Life cycle of a `ConnectToken`. Scope and life time are fixed at birth, so all is replaced. */
export const connectToken = deferredCrud(
  tokenRoles,
  () => import("./provider/minted/connect-token.ts"),
  {
    check: () => import("./provider/minted/check.ts"),
    diff: notingReplaced(diffMinted(tokenRoles, "tokenId"), "tokenId"),
    findings: ["stored"],
  },
);

/** Life cycle of a `ClusterTarget`: it owns nothing, it finds out and remembers. */
export const clusterTarget = deferredCrud(
  { updates: ["kubeconfig", "context", "clusterUid"] },
  () => import("./provider/cluster/target.ts"),
  { check: () => import("./provider/cluster/target.ts") },
);

/** Life cycle of a `ClusterSecret`. */
export const clusterSecret = deferredCrud(
  {
    updates: [
      ...["kubeconfig", "context", "key", "base64Key", "store", "secretId", "fingerprint"],
      "drift",
    ],
    follows: ["holder"],
    replaces: ["clusterUid", "namespace", "name"],
  },
  () => import("./provider/cluster/secret.ts"),
  { check: () => import("./provider/cluster/secret.ts"), findings: ["drift"] },
);

/** Life cycle of a `MadeCertificate`: renewed in place, so that its Secrets keep their names. */
export const madeCertificate = deferredCrud(
  {
    updates: ["kubeconfig", "context", "dnsNames", "renewal"],
    follows: ["holder"],
    replaces: ["clusterUid", "namespace", "name", "trust"],
  },
  () => import("./provider/cluster/made-certificate.ts"),
  {
    check: () => import("./provider/cluster/made-certificate.ts"),
    findings: ["renewal"],
  },
);

/** Life cycle of a `GivenCertificate`: it owns nothing, it finds out. */
export const givenCertificate = deferredCrud(
  { updates: ["kubeconfig", "context", "clusterUid", "namespace", "name", "host", "written"] },
  () => import("./provider/cluster/given-certificate.ts"),
  {
    check: () => import("./provider/cluster/given-certificate.ts"),
    findings: ["written"],
  },
);

const deliveryRoles = {
  updates: [
    ...["from", "version", "receipt", "isDelivered", "kubeconfig", "context", "key"],
    ...["store", "description", "tags"],
  ],
  follows: ["holder"],
  replaces: ["kind", "clusterUid", "namespace", "name", "repository", "environment"],
};

/** Life cycle of a `DeliveredSecret`: a secret in another place is another one. */
export const deliveredSecret = deferredCrud(
  deliveryRoles,
  () => import("./provider/delivery/work.ts"),
  {
    check: () => import("./provider/delivery/check.ts"),
    diff: diffDelivered(deliveryRoles),
    findings: ["version", "receipt"],
  },
);

/** Life cycle of a `ServiceAccountToken`: it owns nothing, it finds out. */
export const serviceAccountToken = deferredCrud(
  { updates: ["store", "secret", "secretId", "versionId"] },
  () => import("./provider/service-account-token.ts"),
  {
    check: () => import("./provider/service-account-token.ts"),
    findings: ["secretId", "versionId"],
  },
);

/** Life cycle of a `OnePasswordItem`. */
export const onePasswordItem = deferredCrud(
  itemRoles,
  () => import("./provider/cluster/item/work.ts"),
  {
    check: () => import("./provider/cluster/item/check.ts"),
    diff: diffItem,
    findings: ["found"],
  },
);

/** Life cycle of an `ItemSecret`: it owns nothing, it waits. */
export const itemSecret = deferredCrud(
  {
    updates: [
      "kubeconfig",
      "context",
      "clusterUid",
      "namespace",
      "name",
      "itemPath",
      "type",
      "needs",
    ],
  },
  () => import("./provider/cluster/item-secret.ts"),
  { check: () => import("./provider/cluster/item-secret.ts") },
);

/** Life cycle of an `ItemAccessReview`: it owns nothing, it looks. */
export const itemAccessReview = deferredCrud(
  { updates: ["kubeconfig", "context", "clusterUid", "namespaces", "rules", "stack"] },
  () => import("./provider/cluster/item-access/work.ts"),
  { check: () => import("./provider/cluster/item-access/check.ts") },
);

/** Life cycle of an `OperatorScope`: another claim is made before the old one goes. */
export const operatorScope = deferredCrud(
  scopeRoles,
  () => import("./provider/cluster/operator-scope/work.ts"),
  {
    check: () => import("./provider/cluster/operator-scope/check.ts"),
    diff: diffScope,
    findings: ["drift", "unavailable"],
  },
);

/** Life cycle of an `OperatorWatch`: it owns nothing but the end of a claim. */
export const operatorWatch = deferredCrud(
  {},
  () => import("./provider/cluster/operator-scope/watch.ts"),
  { diff: diffWatch },
);

/** Life cycle of an `OperatorSync`: it owns nothing, it waits. */
export const operatorSync = deferredCrud(
  { updates: ["kubeconfig", "context", "clusterUid", "credentials", "items"] },
  () => import("./provider/cluster/operator-sync.ts"),
);

/** Life cycle of a `ManifestFolder`: another folder is another one. */
export const manifestFolder = deferredCrud(
  { updates: ["files", "mark", "drift"], replaces: ["directory"] },
  () => import("./provider/manifest-folder/work.ts"),
  { check: () => import("./provider/manifest-folder/check.ts"), findings: ["drift"] },
);
