import { basename, dirname, join } from "node:path";
import type { Plugin } from "rolldown";

/**
 * The files of `@opconnect/provision` that stand for a library of which we use little, and which
 * takes much room. Its `bundle.ts` puts into them what they name.
 */
export const librariesInUse = [
  "cluster/kubernetes-client",
  "cluster/certificate/x509",
  "store/aws-sdk",
];

/** For another bundle: takes the libraries themselves, so that each is in it once, with its licence. */
export const librariesThemselves: Plugin = {
  name: "libraries-themselves",
  resolveId: {
    filter: { id: /\/(kubernetes-client|x509|aws-sdk)\.js$/ },
    handler(id, importer) {
      const name = ofProvision(id, importer, librariesInUse);
      return (
        name && join(dirname(importer ?? ""), id).replace(`/dist/${name}.js`, `/src/${name}.ts`)
      );
    },
  },
};

/** For another bundle: leaves in `@opconnect/provision` what is large there, or loads machine code. */
export const librariesOfProvision: Plugin = {
  name: "libraries-of-provision",
  resolveId: {
    filter: { id: /\/(kubernetes-client|x509|aws-sdk|file-lock)\.js$/ },
    handler(id, importer) {
      const name = ofProvision(id, importer, [...librariesInUse, "process/file-lock"]);
      return name && { id: `@opconnect/provision/${basename(name)}`, external: true };
    },
  },
};

/** Which of these files of `@opconnect/provision` an import means. */
function ofProvision(id: string, importer = "", names: readonly string[]): string | undefined {
  const file = join(dirname(importer), id);
  return names.find((name) => file.endsWith(`provision/dist/${name}.js`));
}
