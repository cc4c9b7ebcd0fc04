import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMinting } from "../../../packages/fleet/src/mint/mint-fleet.ts";
import { readProject } from "../../../packages/fleet/src/stacks/project.ts";
import { createStack } from "../../../packages/fleet/src/stacks/stack.ts";
import type { Remedies } from "./remedy.ts";

/** Where the programs are that these remedies are tried on. */
const programFolder = await realpath(await mkdtemp(join(tmpdir(), "opconnect-programs-")));
const libraries = join(import.meta.dirname, "../../../node_modules");

/** A project whose libraries are installed unless that is what it is about. */
function projectOf(name: string, program: string) {
  const folder = join(programFolder, name);
  const install = () => symlink(libraries, join(folder, "node_modules"));
  const write = (text: string) => writeFile(join(folder, "index.ts"), text);
  /** Runs the program as far as its stack has to be minted for. */
  async function run(timeLimitMs = 300_000): Promise<void> {
    const project = await readProject(folder);
    const minting = await openMinting(project, [createStack("acme-prod")], timeLimitMs);
    for (const { failure } of await minting.plan()) if (failure !== undefined) throw failure;
  }
  async function create({ isInstalled }: { isInstalled: boolean }): Promise<void> {
    await mkdir(folder);
    await writeFile(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
    await writeFile(join(folder, "package.json"), '{"main":"index.ts"}');
    await writeFile(join(folder, "tsconfig.json"), '{"compilerOptions":{"strict":true}}');
    await write(program);
    if (isInstalled) await install();
  }
  return { create, install, write, run };
}

const good = "export const size: number = 4;\n";
const bare = projectOf("bare", good);
const mistyped = projectOf("mistyped", 'export const size: number = "4";\n');
const throwing = projectOf("throwing", 'throw new TypeError("no size");\n');
const slow = projectOf(
  "slow",
  'export const size = new Promise((done) => setTimeout(() => done("4"), 2_000));\n',
);

export const programRemedies: Remedies = {
  PROGRAM_NOT_INSTALLED: {
    says: "Install its libraries",
    async refused() {
      await bare.create({ isInstalled: false });
      await bare.run();
    },
    async mended() {
      await bare.install();
      await bare.run();
    },
  },
  PROGRAM_INVALID: {
    says: "index.ts(1,14): error TS2322",
    async refused() {
      await mistyped.create({ isInstalled: true });
      await mistyped.run();
    },
    async mended() {
      await mistyped.write(good);
      await mistyped.run();
    },
  },
  PROGRAM_FAILED: {
    says: "threw a TypeError at index.ts:1",
    async refused() {
      await throwing.create({ isInstalled: true });
      await throwing.run();
    },
    async mended() {
      await throwing.write(good);
      await throwing.run();
    },
  },
  PREVIEW_TIMED_OUT: {
    says: "Raise `--timeout`",
    async refused() {
      await slow.create({ isInstalled: true });
      await slow.run(1_000);
    },
    mended: () => slow.run(),
  },
};

export function removePrograms(): Promise<void> {
  return rm(programFolder, { recursive: true });
}
