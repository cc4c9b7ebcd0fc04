import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Plugin, type RolldownOutput, rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { bundledLicenses } from "../../bundled-licenses.ts";
import { librariesInUse } from "../../libraries-in-use.ts";

/**
 * Puts what we use of the Kubernetes client and the AWS SDK, with its types, into the place of the
 * files that name it: whole, they are 90 MB of what a user installs, and nine tenths of that is
 * never used. It takes half a minute, so it is done only where something has changed.
 */
const files = librariesInUse.flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`]);
const sources = librariesInUse.map((name) => `src/${name}.ts`);
const stamp = join(import.meta.dirname, "dist/.libraries");

/** The types of `ws` cannot be bundled, and are not installed with it: this is all we use of them. */
const withoutWs: Plugin = {
  name: "without-ws",
  renderChunk: (code) =>
    code.replace(
      /^import \* as (\S+) from "ws";$/m,
      "declare namespace $1 { type ClientOptions = object; interface WebSocket { close(): void } }",
    ),
};

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== digest()) {
  const outputs = await Promise.all(librariesInUse.map(bundleLibrary));
  writeFileSync(join(import.meta.dirname, "dist/LICENSES.txt"), bundledLicenses(outputs.flat()));
  writeFileSync(stamp, digest());
}

async function bundleLibrary(name: string): Promise<readonly RolldownOutput["output"][number][]> {
  // Not from what tsc has made of it: that file is the one which is written.
  const options = {
    cwd: import.meta.dirname,
    input: { [name]: `src/${name}.ts` },
    platform: "node",
    checks: { bundlerTimings: false },
  } as const;
  const code = await rolldown(options);
  const { output } = await code.write({ dir: "dist", comments: false, codeSplitting: false });
  await code.close();
  const types = await rolldown({
    ...options,
    plugins: [dts({ dtsOnly: true })],
    // It warns of types in CommonJS form, which come out right nevertheless, but for those of `ws`.
    onLog: (level, log, report) => /uses CommonJS dts/.test(log.message) || report(level, log),
  });
  await types.write({ dir: "dist", codeSplitting: false, plugins: [withoutWs] });
  await types.close();
  return output;
}

function digest(): string {
  const hash = createHash("sha256");
  for (const file of ["../../package-lock.json", "bundle.ts", ...sources, ...files]) {
    hash.update(readFileSync(join(import.meta.dirname, file)));
  }
  return hash.digest("hex");
}
