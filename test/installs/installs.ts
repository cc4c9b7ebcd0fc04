import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Manager, managers } from "./docs.ts";
import { install, packTarballs } from "./install.ts";

const usage = `Usage: npm run test:installs [-- --only NAME]

Packs the packages, installs them in new projects with each package manager, as docs/install.md says
for it, and runs a program there: on npm, pnpm, Yarn 1, Yarn 4 and Bun, and on pnpm with a package
between program and library. Ends with what an installation takes on the disk. Asks the npm registry
for the package managers, and for what the packages depend on.

  --only NAME  only this manager, e.g. "Yarn 4"
  -h, --help   show this
`;

const { values: options } = parseArgs({
  options: { only: { type: "string" }, help: { type: "boolean", short: "h" } },
});
if (options.help) process.stdout.write(usage);
else await tryAll();

async function tryAll(): Promise<void> {
  const names = Object.keys(managers).filter(isManager);
  const picked = names.filter((name) => options.only === undefined || options.only === name);
  const tarballs = await mkdtemp(join(tmpdir(), "opconnect-tarballs-"));
  let failures = picked.length === 0 ? 1 : 0;
  try {
    await packTarballs(tarballs);
    for (const manager of picked) {
      for (const isWrapped of manager === "pnpm" ? [false, true] : [false]) {
        const name = `${manager}${isWrapped ? ", with a package between" : ""}`;
        try {
          const { program, sizeMb } = await install(manager, tarballs, isWrapped);
          process.stdout.write(`✔ ${name}: ${sizeMb} MB, ${program}\n`);
        } catch (error) {
          failures += 1;
          process.stdout.write(`✖ ${name}: ${error instanceof Error ? error.message : error}\n`);
        }
      }
    }
  } finally {
    await rm(tarballs, { recursive: true, force: true });
  }
  process.exitCode = failures === 0 ? 0 : 1;
}

function isManager(name: string): name is Manager {
  return name in managers;
}
