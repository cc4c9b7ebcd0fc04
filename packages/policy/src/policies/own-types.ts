/** Type token of a resource of `@opconnect/pulumi`. */
export function ownType(name: OwnResource): string {
  return `pulumi-nodejs:dynamic/opconnect:${name}`;
}

type OwnResource =
  | "ClusterSecret"
  | "ConnectServer"
  | "ConnectToken"
  | "CredentialSecret"
  | "OperatorScope"
  | "ServiceAccountToken"
  | "Vault";
