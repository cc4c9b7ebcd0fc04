import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "rolldown";
import { bundledLicenses } from "../../bundled-licenses.ts";
import { librariesThemselves } from "../../libraries-in-use.ts";

/**
 * Puts the compiled command, and every library it uses, into files of its own: what a user installs
 * globally, and hands keys to, is what was tested, whatever its libraries publish later.
 *
 * A hit of `aws-credentials` loads few of them: to load its twenty modules one by one takes Node.js
 * half as long again as its own start. What a hit needs before it can start `op` is one file, and
 * what it needs while `op` works is another.
 */
const { output } = await build({
  cwd: import.meta.dirname,
  // A worker of the fleet is a process of its own, and looks for its file beside the others.
  input: { main: "build/main.js", "fleet-worker": "../fleet/dist/workers/fleet-worker.js" },
  platform: "node",
  // Machine code, and not on every platform.
  external: ["@napi-rs/keyring", "fs-native-extensions", /^@pulumi\/pulumi/],
  plugins: [librariesThemselves],
  checks: { ineffectiveDynamicImport: false },
  output: {
    dir: "dist",
    cleanDir: true,
    comments: false,
    chunkFileNames: "[name].js",
    codeSplitting: {
      groups: [
        {
          name: "before-op",
          test: /\/(print-credentials|rejoin-words|session\/request|request-options|sts-endpoint|aws-credentials\/item\/op-item|run-op|process-env|find-program|connect-error|without-secrets|json)\.js$/,
          priority: 2,
        },
        {
          name: "while-op",
          test: /\/(obtain-session|session-cache|item\/cache|session\/credentials|session\/digest|clock-note|home-folder|state\/folder)\.js$/,
          priority: 1,
        },
      ],
    },
  },
});

writeFileSync(join(import.meta.dirname, "dist/LICENSES.txt"), bundledLicenses(output));
