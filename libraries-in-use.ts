import { basename, dirname, join } from "node:path";
import type { Plugin } from "rolldown";

/**
 * The files of `@opconnect/provision` that stand for a library of which we use little, and which
 * takes much room. Its `bundle.ts` puts into them what they name.
 */
export const librariesInUse = ["cluster/kubernetes-client", "store/aws-sdk"];

/** For another bundle: takes the libraries themselves, so that each is in it once, with its licence. */
export const librariesThemselves: Plugin = {
  name: "libraries-themselves",
  resolveId: {
    filter: { id: /\/(kubernetes-client|aws-sdk)\.js$/ },
    handler(id, importer = "") {
      const file = join(dirname(importer), id);
      const name = librariesInUse.find((each) => file.endsWith(`provision/dist/${each}.js`));
      return name && file.replace(`/dist/${name}.js`, `/src/${name}.ts`);
    },
  },
};

/** For another bundle: leaves the libraries where they are, in `@opconnect/provision`. */
export const librariesOfProvision: Plugin = {
  name: "libraries-of-provision",
  resolveId: {
    filter: { id: /\/(kubernetes-client|aws-sdk|file-lock)\.js$/ },
    handler: (id) => ({ id: `@opconnect/provision/${basename(id, ".js")}`, external: true }),
  },
};
