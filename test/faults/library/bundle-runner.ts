import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";

/**
 * Bundles the runner with all that it loads, as it is in this checkout. Thousands of runners are
 * started, and a bundled one starts in a quarter of the time. What is not ours goes into files of its
 * own, which a runner keeps from job to job. Returns the path of its program.
 */
export async function bundleRunner(folder: string): Promise<string> {
  const input = ["runner", "carry-out"].map((name) => [
    name,
    join(import.meta.dirname, `${name}.ts`),
  ]);
  const bundle = await rolldown({
    input: Object.fromEntries(input),
    platform: "node",
    logLevel: "silent",
    // Machine code, which is found from where it is installed.
    external: ["fs-native-extensions"],
  });
  await bundle.write({
    dir: folder,
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
    codeSplitting: { groups: [{ test: /node_modules/, name: vendorOf }] },
  });
  await bundle.close();
  const modules = join(import.meta.dirname, "../../../node_modules");
  await symlink(modules, join(folder, "node_modules"));
  return join(folder, "runner.cjs");
}

/** A file for each package, so that only those are loaded that are needed. */
function vendorOf(module: string): string {
  const [, name = ""] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module) ?? [];
  return `vendor-${name.replace(/\W+/g, "-")}`;
}
