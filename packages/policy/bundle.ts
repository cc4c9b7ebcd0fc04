import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "rolldown";
import { bundledLicenses } from "../../bundled-licenses.ts";

/**
 * Puts the pack, which the engine starts anew for every preview of every stack, into one file with
 * what it uses of `@pulumi/policy`. That asks for the whole of `@pulumi/pulumi`, which takes a third of
 * a second to load, and uses two parts of it. What it asks for besides is asked for by the bundle, and
 * so is among our dependencies.
 */
const { output } = await build({
  cwd: import.meta.dirname,
  input: { bundled: "dist/pack.js" },
  platform: "node",
  external: /^@pulumi\/pulumi\/|^@grpc\/|^google-protobuf/,
  plugins: [
    {
      name: "parts-of-pulumi",
      resolveId: { filter: { id: /^@pulumi\/pulumi$/ }, handler: (id) => `\0${id}` },
      load: {
        filter: { id: /^\0/ },
        handler: () => `
          export * as asset from "@pulumi/pulumi/asset/index.js";
          export { Output } from "@pulumi/pulumi/output.js";
        `,
      },
    },
  ],
  output: { dir: "dist", comments: false },
});
writeFileSync(join(import.meta.dirname, "dist/LICENSES.txt"), bundledLicenses(output));
