import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { bundledLicenses } from "../../bundled-licenses.ts";

/**
 * Puts what a program loads with `@opconnect/pulumi` into few files: to find and load more than sixty
 * takes Node.js longer than to read what they say. `@opconnect/pulumi/provider` loads what it needs
 * by itself, when there is work to do.
 */
const bundle = await rolldown({
  cwd: import.meta.dirname,
  input: "dist/index.js",
  platform: "node",
  plugins: [
    {
      // A program opens no store: what does is a dependency of `@opconnect/provision`, and not ours.
      name: "stores-where-they-are",
      resolveId: {
        filter: { id: /^\.\/store\.js$/ },
        handler(_, importer = "") {
          const kind = /provision\/dist\/store\/([\w-]+)\/kind\.js$/.exec(importer)?.[1];
          return kind && { id: `@opconnect/provision/${kind}-store`, external: true };
        },
      },
    },
  ],
  external: (id) =>
    // The state holds the text of its functions, which therefore stays what it is.
    /provided-resource/.test(id) || !/^[./]|^@opconnect\/|^(zod|leven|semver)(\/|$)/.test(id),
});
const { output } = await bundle.write({
  dir: "dist",
  comments: false,
  entryFileNames: "bundled.js",
  chunkFileNames: "bundled/[name].js",
});
await bundle.close();
writeFileSync(join(import.meta.dirname, "dist/LICENSES.txt"), bundledLicenses(output));
