import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What the operators of a namespace said of failed work so far, those of pods that are gone
 * included. A poll that fails shows nowhere else.
 */
export async function operatorFailures(
  { logDir }: { readonly logDir: string },
  namespace: string,
): Promise<readonly string[]> {
  const files = (await readdir(logDir)).filter(
    (name) => name.startsWith(`${namespace}_`) && name.includes("operator"),
  );
  const texts = await Promise.all(files.sort().map((name) => readFile(join(logDir, name), "utf8")));
  return texts.flatMap((text) => text.split("\n")).filter((line) => failure.test(line));
}

const failure = /\tERROR\t|"level":"error"|failed to retrieve/i;
