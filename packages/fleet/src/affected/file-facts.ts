import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import { unlessCode } from "@opconnect/core/has-code";
import { digest } from "./digest.ts";

/** What is looked at in a file. */
export interface FileFacts {
  /** SHA-256, hex, of its content. */
  readonly digest: string;
  /** Every word in it: a program that reads a variable names it. */
  readonly words: ReadonlySet<string>;
  /** What it names by a relative path, as it stands there. */
  readonly paths: readonly string[];
}

/** Facts about files. Each is read once, so all that is decided by it is decided by the same content. */
export class FactReader {
  readonly #facts = new Map<string, Promise<FileFacts | undefined>>();

  /** @returns nothing if there is no such file, or none that can be read. */
  read(file: string): Promise<FileFacts | undefined> {
    const facts = this.#facts.get(file) ?? readFacts(file);
    this.#facts.set(file, facts);
    return facts;
  }

  /** Every word of the files. */
  async words(files: readonly string[]): Promise<ReadonlySet<string>> {
    const words = new Set<string>();
    for (const file of files) {
      for (const word of (await this.read(file))?.words ?? []) words.add(word);
    }
    return words;
  }

  /** Each file's name, by `nameOf`, and the digest of its content. */
  async contents(
    files: readonly string[],
    nameOf: (file: string) => string = (file) => file,
  ): Promise<readonly string[]> {
    return Promise.all(
      files.map(async (file) => `${nameOf(file)} ${(await this.read(file))?.digest ?? ""}`),
    );
  }
}

/** The words of a text. */
export function wordsIn(text: string): readonly string[] {
  return [...text.matchAll(/[A-Za-z]\w+/g)].map(([word]) => word);
}

/** Whether a file is of a kind that names others, and no more than people write. */
export function mayNamePaths(file: string, sizeBytes: number): boolean {
  return readable.has(extname(file)) && sizeBytes <= 1_000_000;
}

async function readFacts(file: string): Promise<FileFacts | undefined> {
  const content = await unlessCode(["ENOENT", "EACCES"], async () =>
    (await stat(file)).isFile() ? readFile(file) : undefined,
  );
  if (content === undefined) return undefined;
  const text = content.toString("utf8");
  return {
    digest: digest([content]),
    words: new Set(file.endsWith(".md") ? [] : wordsIn(text)),
    paths: mayNamePaths(file, content.length) ? pathsIn(file, text) : [],
  };
}

function pathsIn(file: string, text: string): readonly string[] {
  // In YAML a path may stand without quotes.
  const paths = /\.ya?ml$/.test(file)
    ? /(?<=^|[\s"'])(\.\.?\/[^\s"'#]*)/g
    : /(?<=["'`])(\.\.?\/[^"'`\n$]*)(?=["'`])/g;
  return [...new Set([...text.matchAll(paths)].map(([, path = ""]) => path))];
}

const readable = new Set([
  ...[".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs"],
  ...[".json", ".yaml", ".yml"],
]);
