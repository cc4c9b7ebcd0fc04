import * as z from "zod/mini";
import type { StoreKind } from "../contract/store-kind.ts";
import { shellWord } from "../shell-word.ts";
import { type AgeFileConfig, ageFileFields, ageScheme, ageSecretId } from "./config.ts";

/** A folder of files encrypted with age. */
export const ageFile: StoreKind<AgeFileConfig> = {
  kind: "age-file",
  secretSettings: [],
  options: [["--age-folder <folder>", "folder of age files instead of AWS Secrets Manager"]],
  fields: ageFileFields,
  // The command line encrypts nothing, so no recipients need be named.
  fromOptions: () =>
    z.pipe(
      z.object({ ageFolder: z.string() }),
      z.transform(({ ageFolder }) => ({
        kind: "age-file" as const,
        folder: ageFolder,
        recipients: [],
      })),
    ),
  load: async (config) => (await import("./store.ts")).createAgeFileStore(config),
  secretIdOf: ageSecretId,
  nameOf: (secret) => (secret.startsWith(ageScheme) ? secret.slice(ageScheme.length) : secret),
  inWords: ({ folder }) => `the folder ${folder}`,
  relocated({ identityFile, ...config }, resolve) {
    const located = { ...config, folder: resolve(config.folder) };
    return identityFile === undefined
      ? located
      : { ...located, identityFile: resolve(identityFile) };
  },
  copyCommand({ folder }, from, to) {
    const file = (name: string) => shellWord(`${folder}/${name}.age`);
    // Without what describes it, which names the secret: it is taken over like one made by hand.
    return `mkdir -p "$(dirname ${file(to)})" && cp ${file(from)} ${file(to)}`;
  },
  putCommand({ folder, recipients }, secret) {
    const file = shellWord(`${folder}/${ageFile.nameOf(secret)}.age`);
    const to = recipients.map((recipient) => `--recipient ${recipient}`).join(" ");
    return `(mkdir -p "$(dirname ${file})" && age --encrypt ${to} --output ${file})`;
  },
  // What describes it says that it is deleted: without that it is a file made by hand.
  restoreCommand: ({ folder }, secret) =>
    `rm ${shellWord(`${folder}/${ageFile.nameOf(secret)}.age.json`)}`,
  inProgram: ({ kind, folder }) => ({ kind, folder, recipients: ["age1…"] }),
};
