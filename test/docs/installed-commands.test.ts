import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");

test("no page lets npx download a name that anybody could take", async () => {
  const bare: string[] = [];
  for await (const page of glob("{*,docs/*,packages/*/*,examples/*/*}.md", { cwd: repository })) {
    const text = await readFile(join(repository, page), "utf8");
    for (const [call] of text.matchAll(/npx (?!--no-install )(?:--\S+ )*opconnect[\w-]*/g)) {
      bare.push(`${page}: ${call}`);
    }
  }
  expect(bare).toEqual([]);
});
