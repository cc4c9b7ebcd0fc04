import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Decrypter } from "age-encryption";
import { z } from "zod";
import type { LookIntoStore } from "./stored-secret.ts";

const sidecarSchema = z.looseObject({
  tags: z.record(z.string(), z.string()).default({}),
  versionId: z.string().optional(),
  sha256: z.string().optional(),
});

/** Looks into a folder of age-encrypted files, as the `age` tool would. */
export function ageFileWorld(folder: string, identity: string): LookIntoStore {
  return async (name) => {
    const sidecarText = await unlessMissing(readFile(join(folder, `${name}.age.json`), "utf8"));
    const encrypted = await unlessMissing(readFile(join(folder, `${name}.age`)));
    if (sidecarText === undefined) {
      if (encrypted === undefined) return undefined;
      throw new Error(`${name}.age has no file beside it that describes it.`);
    }
    const sidecar = sidecarSchema.parse(JSON.parse(sidecarText));
    const described = { secretId: `age:${name}`, tags: sidecar.tags, deleted: false };
    if (encrypted === undefined) return described;
    if (sidecar.sha256 !== createHash("sha256").update(encrypted).digest("hex")) {
      throw new Error(`${name}.age is not what the file beside it describes.`);
    }
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const value = await decrypter.decrypt(encrypted, "text");
    return { ...described, value, versionId: sidecar.versionId ?? "" };
  };
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
