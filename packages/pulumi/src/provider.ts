export { clusterSecret } from "./provider/cluster-secret.ts";
export { clusterTarget } from "./provider/cluster-target.ts";
export { connectServer } from "./provider/connect-server.ts";
export { connectToken } from "./provider/connect-token.ts";
export { vault } from "./provider/vault.ts";
