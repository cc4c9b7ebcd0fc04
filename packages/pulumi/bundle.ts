import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type RolldownOutput } from "rolldown";
import { bundledLicenses } from "../../bundled-licenses.ts";
import { librariesOfProvision } from "../../libraries-in-use.ts";

const cwd = import.meta.dirname;
const dist = join(cwd, "dist");
for (const old of ["bundled", "bundled-provider"]) {
  rmSync(join(dist, old), { recursive: true, force: true });
}
const outputs = [await bundleLibrary(), await bundleProvider()];
writeFileSync(join(dist, "LICENSES.txt"), bundledLicenses(outputs.flat()));

/**
 * Puts what a program loads with `@opconnect/pulumi` into few files: to find and load more than sixty
 * takes Node.js longer than to read what they say. `@opconnect/pulumi/provider` loads what it needs
 * by itself, when there is work to do.
 */
async function bundleLibrary(): Promise<RolldownOutput["output"]> {
  const { output } = await build({
    cwd,
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
    output: {
      dir: "dist",
      comments: false,
      entryFileNames: "bundled.js",
      chunkFileNames: "bundled/[name].js",
    },
  });
  return output;
}

/**
 * The same for the provider, which the engine starts anew for every command: of two hundred files it
 * loads a dozen. What is large or machine code stays in `@opconnect/provision`.
 */
async function bundleProvider(): Promise<RolldownOutput["output"]> {
  const { output } = await build({
    cwd,
    input: { "bundled-provider": "dist/provider.js" },
    platform: "node",
    plugins: [librariesOfProvision],
    external: /^@pulumi\//,
    output: {
      dir: "dist",
      comments: false,
      chunkFileNames: "bundled-provider/[name].js",
      // A file of its own stays the first: it refuses a Node.js which would fail on the others.
      codeSplitting: { groups: [{ name: "node-version", test: /\/node-version\.js$/ }] },
    },
  });
  return output;
}
