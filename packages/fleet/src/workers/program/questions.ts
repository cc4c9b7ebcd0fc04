import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type typescript from "typescript";

/** What TypeScript asked of the file system: the function of its `sys`, and the path. */
export type Question = readonly [kind: QuestionKind, path: string];

type QuestionKind = keyof typeof answers;

/**
 * Writes down what TypeScript asks of the file system, and digests of what it is told: its result
 * follows from these. That a file is *not* there is an answer as well: where one comes to be, a name
 * may lead to it.
 */
export class Questions {
  readonly #answers = new Map<string, string>();
  #isKnown = true;

  /** Listens from now on, for as long as the process lives. */
  constructor(sys: typescript.System) {
    for (const [name, ask] of Object.entries(sys)) {
      if (!(ask instanceof Function) || harmless.has(name)) continue;
      Reflect.set(sys, name, (...words: readonly unknown[]) => {
        const told: unknown = Reflect.apply(ask, sys, words);
        this.#note(name, words, told);
        return told;
      });
    }
  }

  /**
   * All of them, in order, with digests of the answers; none if there was one that cannot be asked
   * again, or one whose answer changed meanwhile.
   */
  get asked(): readonly (readonly [Question, string])[] | undefined {
    if (!this.#isKnown) return undefined;
    return [...this.#answers].map(([key, told]) => [parseKey(key), told]);
  }

  #note(name: string, words: readonly unknown[], told: unknown): void {
    const [path] = words;
    const isOne = isKind(name) && typeof path === "string";
    // A folder is listed by patterns, for one.
    if (!isOne) this.#isKnown = false;
    else {
      const key = `${name} ${path}`;
      const digest = digestOf(told);
      if ((this.#answers.get(key) ?? digest) !== digest) this.#isKnown = false;
      this.#answers.set(key, digest);
    }
  }
}

/** Asks again, and gives a digest of the answer. */
export function askAgain([kind, path]: Question): string {
  return digestOf(answers[kind](path));
}

/** Whether a text names one of the questions. */
export function isKind(name: string): name is QuestionKind {
  return Object.hasOwn(answers, name);
}

/**
 * As TypeScript's own `sys` answers. Where the two differ, a file in UTF-16 for one, what was asked is
 * taken for changed.
 * @see https://github.com/microsoft/TypeScript/blob/v6.0.2/src/compiler/sys.ts
 */
const answers = {
  readFile: (path: string) => {
    try {
      return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    } catch {
      return undefined;
    }
  },
  fileExists: (path: string) => entryOf(path)?.isFile() === true,
  directoryExists: (path: string) => entryOf(path)?.isDirectory() === true,
  getDirectories: (path: string) => {
    try {
      return readdirSync(path).filter((name) => entryOf(join(path, name))?.isDirectory());
    } catch {
      return [];
    }
  },
  realpath: (path: string) => {
    try {
      return realpathSync.native(path);
    } catch {
      return path;
    }
  },
} as const;

function entryOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function digestOf(told: unknown): string {
  const text = Array.isArray(told) ? JSON.stringify(told.toSorted()) : String(told);
  return createHash("sha256")
    .update(`${typeof told} ${text}`)
    .digest("base64url");
}

function parseKey(key: string): Question {
  const at = key.indexOf(" ");
  const kind = key.slice(0, at);
  if (!isKind(kind)) throw new Error(`${kind} is no question.`);
  return [kind, key.slice(at + 1)];
}

/** They follow from the process alone, or change nothing of a result. */
const harmless = new Set([
  ...["getCurrentDirectory", "getExecutingFilePath", "resolvePath", "createHash", "write"],
  ...["writeOutputIsTTY", "getWidthOfTerminal", "getMemoryUsage", "exit", "setTimeout"],
  ...["clearTimeout", "clearScreen", "setBlocking", "base64decode", "base64encode"],
]);
