import { randomBytes } from "node:crypto";

/**
 * A token of a service account in the form that 1Password's own client takes, of an account that there
 * is not. The client asks the address in it, and no other than 1Password's, before it reads anything.
 */
export function wellFormedToken(signInAddress: string): string {
  const random = () => randomBytes(32);
  const content = {
    signInAddress,
    userAuth: {
      method: "SRPg-4096",
      alg: "PBES2g-HS256",
      iterations: 650_000,
      salt: randomBytes(16).toString("base64url"),
    },
    email: "abcdefghijklm@1passwordserviceaccounts.com",
    srpX: random().toString("hex"),
    muk: {
      ...{ alg: "A256GCM", ext: true, k: random().toString("base64url") },
      ...{ key_ops: ["encrypt", "decrypt"], kty: "oct", kid: "mp" },
    },
    secretKey: "A3-C4ZJMN-PQTZTL-HGL84-G64M7-KVZRN-4ZVP6",
    throttleSecret: { seed: random().toString("hex"), uuid: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
    deviceUuid: "abcdefghijklmnopqrstuvwxyz",
  };
  return `ops_${Buffer.from(JSON.stringify(content)).toString("base64url")}`;
}
