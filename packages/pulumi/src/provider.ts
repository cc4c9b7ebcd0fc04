import { deferredCrud } from "./provider/crud.ts";

/** Life cycle of a `Vault`. */
export const vault = deferredCrud(
  { updates: ["title", "description"] },
  () => import("./provider/vault.ts"),
);

/** Life cycle of a `ConnectServer`. Its grants follow in place, all else takes a new server. */
export const connectServer = deferredCrud(
  { updates: ["vaults"], replaces: ["name", "secretArn", "revision"] },
  () => import("./provider/connect-server.ts"),
);

/** Life cycle of a `ConnectToken`. Scope and life time are fixed at birth, so all is replaced. */
export const connectToken = deferredCrud(
  {
    replaces: ["name", "consumer", "serverId", "vaults", "secretArn", "revision", "expiresIn"],
  },
  () => import("./provider/connect-token.ts"),
);

/** Life cycle of a `ClusterTarget`: it owns nothing, it finds out and remembers. */
export const clusterTarget = deferredCrud(
  { updates: ["kubeconfig", "context", "clusterUid"] },
  () => import("./provider/cluster-target.ts"),
  { hasCheck: true },
);

/** Life cycle of a `ClusterSecret`. */
export const clusterSecret = deferredCrud(
  {
    updates: ["kubeconfig", "context", "key", "secretArn", "fingerprint", "chartVersion"],
    replaces: ["clusterUid", "namespace", "name"],
  },
  () => import("./provider/cluster-secret.ts"),
);
