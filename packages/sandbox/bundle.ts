import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "rolldown";
import { bundledLicenses } from "../../bundled-licenses.ts";

/**
 * Puts what `op` loads into few files: a suite calls it thousands of times, and to find and load its
 * modules took three times as long as Node.js takes to start.
 */
const { output } = await build({
  cwd: import.meta.dirname,
  input: "dist/cli.js",
  platform: "node",
  // Machine code, and what a Connect server loads once.
  external: ["fs-native-extensions", "jose", /^(@hono\/node-server|hono)(\/|$)/],
  output: {
    dir: "dist",
    comments: false,
    entryFileNames: "bundled.js",
    chunkFileNames: "bundled/[name].js",
  },
});
writeFileSync(join(import.meta.dirname, "dist/LICENSES.txt"), bundledLicenses(output));
