import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect, test, vi } from "vitest";
import * as z from "zod/mini";
import type { StoreKind } from "./contract/store-kind.ts";
import { storeKindOf, storeKinds } from "./kinds.ts";
import { openStore, openStoreOfOptions, parseStoreConfig } from "./open-store.ts";

interface MemoryConfig {
  readonly kind: "memory";
  readonly shelf: string;
}

/** All that a third store has to say, apart from being a store. */
const memory = vi.hoisted(
  (): StoreKind<MemoryConfig> => ({
    kind: "memory",
    secretSettings: [],
    options: [["--shelf <shelf>", "shelf in memory"]],
    fields: () => ({ shelf: z.string() }),
    fromOptions: () =>
      z.pipe(
        z.object({ shelf: z.string() }),
        z.transform((given) => ({ kind: "memory" as const, ...given })),
      ),
    load: async () => (await import("../../fixtures/fakes/memory-store.ts")).createMemoryStore(),
    secretIdOf: (name) => name,
    nameOf: (secret) => secret,
    inWords: ({ shelf }) => `the shelf ${shelf}`,
    relocated: (config) => config,
    copyCommand: (_, from, to) => `copy ${from} ${to}`,
    putCommand: (_, secret) => `put ${secret}`,
    restoreCommand: (_, secret) => `restore ${secret}`,
    inProgram: (config) => config,
  }),
);

vi.mock("./kinds.ts", async (importReal) => {
  const real = await importReal<typeof import("./kinds.ts")>();
  const kinds: readonly StoreKind<{ readonly kind: string }>[] = [...real.storeKinds, memory];
  return {
    storeKinds: kinds,
    storeKindOf: ({ kind }: { readonly kind?: string }) => kinds.find((each) => each.kind === kind),
  };
});

const packages = join(import.meta.dirname, "../../..");
const rooms = join(import.meta.dirname, "/");

test("a third kind of store is its own description and one entry in the list", async () => {
  const config = parseStoreConfig({ kind: "memory", shelf: "top" });
  const { secretId } = await openStore(config).ensureSecret({ name: "acme" });
  expect(secretId).not.toBe("");
  expect(() => parseStoreConfig({ kind: "memory" })).toThrow("store.shelf");
  const meant = openStoreOfOptions({ shelf: "top", json: true });
  expect(meant.config).toEqual(config);
  expect(storeKindOf(meant.config).inWords(meant.config, [])).toBe("the shelf top");
});

test("no file outside the stores' own folders names a kind of store", async () => {
  const names = storeKinds.map(({ kind }) => kind);
  expect(names).toContain("memory");
  const files = (await readdir(packages, { recursive: true }))
    .filter((name) => /^[\w-]+\/src\/.*\.ts$/.test(name) && !name.endsWith(".test.ts"))
    .map((name) => join(packages, name))
    .filter((path) => !path.startsWith(rooms))
    // What is asked of one kind of store is asked by its name.
    .filter((path) => !path.includes("/policy/src/policies/store/"));
  expect(files.length).toBeGreaterThan(200);
  const naming = [];
  for (const path of files) {
    const text = await readFile(path, "utf8");
    if (names.some((name) => text.includes(`"${name}"`))) naming.push(relative(packages, path));
  }
  expect(naming).toEqual([]);
});

test("the list of kinds loads the small Zod and no other library, as programs load it at every preview", async () => {
  const seen = new Set<string>();
  const imported = async (file: string): Promise<void> => {
    if (seen.has(file)) return;
    seen.add(file);
    if (!file.endsWith(".ts")) return;
    const text = await readFile(join(import.meta.dirname, file), "utf8");
    const modules = [...text.matchAll(/^(?:import|export|\}) (?!type ).*from "(?<module>.+)";$/gm)];
    for (const { groups } of modules) {
      const module = groups?.module ?? "";
      await imported(module.startsWith(".") ? join(file, "..", module) : module);
    }
  };
  await imported("kinds.ts");
  expect([...seen]).toContain("age-file/config.ts");
  expect(
    [...seen].filter((file) => !/^(kinds|shell-word|[\w-]+\/(kind|config))\.ts$/.test(file)),
  ).toEqual(["zod/mini"]);
});
