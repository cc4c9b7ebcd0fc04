import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Decrypter } from "age-encryption";
import { z } from "zod";
import type { LookIntoStore } from "./stored-secret.ts";

const tagsSchema = z.record(z.string(), z.string());

const sidecarSchema = z.looseObject({
  tags: tagsSchema,
  current: z.object({ versionId: z.string(), sha256: z.string() }).optional(),
  deletedAt: z.string().optional(),
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
    const { current, deletedAt, ...sidecar } = sidecarSchema.parse(JSON.parse(sidecarText));
    const announced = await unlessMissing(readFile(join(folder, `${name}.age.minting`), "utf8"));
    const tags = { ...sidecar.tags, ...tagsSchema.parse(JSON.parse(announced ?? "{}")) };
    const described = { secretId: `age:${name}`, tags, deleted: deletedAt !== undefined };
    if (current === undefined) return described;
    const sha256 = createHash("sha256")
      .update(encrypted ?? "")
      .digest("hex");
    // What the `age` tool would print is then not what our own code reads.
    if (encrypted === undefined || sha256 !== current.sha256) return described;
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const value = await decrypter.decrypt(encrypted, "text");
    return { ...described, value, versionId: current.versionId };
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
