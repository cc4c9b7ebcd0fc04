import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StoreConfig } from "@opconnect/provision";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { ageFileWorld } from "./judge/age-file-world.ts";
import { secretsManagerWorld } from "./judge/secrets-manager-world.ts";
import type { LookIntoStore } from "./judge/stored-secret.ts";

/** A kind of store that the operations run on. */
export interface StoreUnderTest {
  readonly name: string;
  /** Opens a store of its own for an environment. */
  open(folder: string): Promise<OpenedStore>;
}

/** The store of one environment. */
export interface OpenedStore {
  readonly config: StoreConfig;
  readonly look: LookIntoStore;
  /** Folders in which the store keeps files; nothing in them may be readable. */
  readonly folders: readonly string[];
}

/** The stores: Secrets Manager as played in the rig, and a folder of age files. */
export function storesUnderTest(env: Readonly<Record<string, string>>): readonly StoreUnderTest[] {
  return [
    {
      name: "secrets-manager",
      async open() {
        const config = { kind: "secrets-manager", recoveryWindowInDays: 30 } as const;
        return { config, look: secretsManagerWorld(env), folders: [] };
      },
    },
    {
      name: "age-file",
      async open(place) {
        const [folder, keys] = [join(place, "store"), join(place, "keys")];
        for (const made of [folder, keys]) await mkdir(made);
        const identity = await generateIdentity();
        const identityFile = join(keys, "identity");
        await writeFile(identityFile, `${identity}\n`, { mode: 0o600 });
        const recipients = [await identityToRecipient(identity)];
        const config = { kind: "age-file", folder, recipients, identityFile } as const;
        return { config, look: ageFileWorld(folder, identity), folders: [folder] };
      },
    },
  ];
}
