import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Files of the key pair that signs and verifies ServiceAccount tokens. */
export interface ServiceAccountKeys {
  readonly privateKey: string;
  readonly publicKey: string;
}

export async function writeServiceAccountKeys(dir: string): Promise<ServiceAccountKeys> {
  const files = { privateKey: join(dir, "sa.key"), publicKey: join(dir, "sa.pub") };
  const pair = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "sec1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  await writeFile(files.privateKey, pair.privateKey, { mode: 0o600 });
  await writeFile(files.publicKey, pair.publicKey);
  return files;
}
