import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { tampered } from "./age-file/errors.ts";
import { storeKindOf } from "./kinds.ts";
import { shellWord } from "./shell-word.ts";

const names = ["plain", "two words", "the team's", '$HOME `id` "x"', "'", "a\\b", "*"];

async function folderNamed(name: string): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "opconnect-shell-word-"));
  onTestFinished(() => rm(parent, { recursive: true }));
  const folder = join(parent, name);
  await mkdir(folder);
  return folder;
}

test.each([...names, ""])("%j reaches a program as it is", async (word) => {
  const script = `printf %s ${shellWord(word)}`;
  const { stdout } = await execa("sh", ["-c", script], { stripFinalNewline: false });
  expect(stdout).toBe(word);
});

test.each(names)(
  "the command that copies an age file works in a folder called %j",
  async (name) => {
    const folder = await folderNamed(name);
    await writeFile(join(folder, "byhand.age"), "fixture");
    const config = { kind: "age-file", folder, recipients: [] } as const;
    const command = storeKindOf(config).copyCommand(config, "byhand", "opconnect/acme/prod/token");
    await execa("sh", ["-c", command], { cwd: "/" });
    expect(await readFile(join(folder, "opconnect/acme/prod/token.age"), "utf8")).toBe("fixture");
  },
);

test.each(names)(
  "the command that puts a changed file back works in a folder called %j",
  async (name) => {
    const folder = await folderNamed(name);
    const path = join(folder, "token.age");
    for (const file of [path, `${path}.json`]) await writeFile(file, "fixture");
    const git = (...words: readonly string[]) => {
      const as = ["-c", "user.name=fixture", "-c", "user.email=fixture@example.com"];
      return execa("git", [...as, ...words], { cwd: folder });
    };
    await git("init");
    await git("add", ".");
    await git("commit", "--message", "up");
    await writeFile(path, "changed");
    const { remedy } = tampered(path, "was changed by something else");
    const [, command = ""] = /`(git checkout .*?)`\. If/.exec(remedy) ?? [];
    await execa("sh", ["-c", command], { cwd: folder });
    expect(await readFile(path, "utf8")).toBe("fixture");
  },
);
