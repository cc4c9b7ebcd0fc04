import { dirname, join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");

/** Rooms of code: what holds a module that is no test. Programs under test are laid as they are. */
async function rooms(): Promise<ReadonlyMap<string, number>> {
  const words = ["ls-files", "--cached", "--others", "--exclude-standard", "packages", "test"];
  const { stdout } = await execa("git", words, { cwd: repository });
  const files = stdout.split("\n").filter((file) => !isTest(file) && !isProgram(file));
  const inside = new Map<string, Set<string>>();
  for (const file of files) {
    for (let at = file; dirname(at) !== "."; at = dirname(at)) {
      const room = inside.get(dirname(at)) ?? new Set();
      inside.set(dirname(at), room.add(at));
    }
  }
  const ofCode = new Set(files.filter((file) => file.endsWith(".ts")).map((file) => dirname(file)));
  const counted = [...ofCode].filter((room) => !room.endsWith("/fixtures"));
  return new Map(counted.map((room) => [room, inside.get(room)?.size ?? 0]));
}

function isTest(file: string): boolean {
  return file.endsWith(".test.ts");
}

function isProgram(file: string): boolean {
  return file.startsWith("test/e2e/programs/");
}

test("a room has 3 to 15 files, a folder counting as one and tests as none", async () => {
  const sizes = [...(await rooms())].filter(([, size]) => size < 3 || size > 15);
  expect(Object.fromEntries(sizes)).toEqual({});
});
