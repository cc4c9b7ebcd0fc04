import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { vi } from "vitest";

/** A resource that a program declared, with what its provider would be given. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a program of examples is run over. */
export interface Repository {
  /** Stack files: name of the stack → content. */
  readonly files: Readonly<Record<string, string>>;
  /** Configuration of the program. */
  readonly config: Readonly<Record<string, string>>;
}

/** Runs the program of an example over a repository, with mocks in the place of providers. */
export async function declaredResources(
  example: string,
  { files, config }: Repository,
  look: (exported: Readonly<Record<string, unknown>>) => Promise<void> | void = () => undefined,
): Promise<readonly Declared[]> {
  const folder = await mkdtemp(join(tmpdir(), "opconnect-example-"));
  const declared: Declared[] = [];
  try {
    for (const [stack, content] of Object.entries(files)) {
      await writeFile(join(folder, `Pulumi.${stack}.yaml`), content);
    }
    await writeFile(join(folder, "Pulumi.yaml"), "name: environments\nruntime: nodejs\n");
    const all = Object.entries({ folder, ...config });
    runtime.setAllConfig(
      Object.fromEntries(all.map(([key, value]) => [`${example}:${key}`, value])),
    );
    await runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          declared.push({ type, name, inputs });
          return { id: `id-of-${name}`, state: inputs };
        },
        call: () => ({}),
      },
      example,
      "all",
    );
    vi.resetModules();
    await look(await import(join(import.meta.dirname, "../../../examples", example, "index.ts")));
    await runtime.disconnect();
    return declared;
  } finally {
    await rm(folder, { recursive: true });
  }
}
