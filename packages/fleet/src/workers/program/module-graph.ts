import { isOwn, keepsNothing } from "./library.ts";

/** Which file of a program imports which, by their URLs. */
export class ModuleGraph {
  readonly #importers = new Map<string, Set<string>>();

  add(importer: string, imported: string): void {
    const known = this.#importers.get(imported);
    if (known === undefined) this.#importers.set(imported, new Set([importer]));
    else known.add(importer);
  }

  has(url: string): boolean {
    return this.#importers.has(url);
  }

  /**
   * What must not be kept from one run of a program to the next: each file that is in no
   * `node_modules`, and each that sees `@pulumi/pulumi`, or such a file, through whatever it
   * imports. Libraries that keep nothing of a stack stay, as do those that know of none.
   * @param entry Where the program starts: what it cannot reach is not of the program.
   */
  loadedAnew(entry: string): ReadonlySet<string> {
    const program = this.#reachedFrom(entry);
    const anew = new Set<string>();
    const waiting = [...program].filter((url) => isOwn(url) || keepsNothing(url));
    for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
      if (anew.has(url)) continue;
      if (!keepsNothing(url)) anew.add(url);
      for (const importer of this.#importers.get(url) ?? []) {
        if (program.has(importer) && !keepsNothing(importer) && !anew.has(importer)) {
          waiting.push(importer);
        }
      }
    }
    return anew;
  }

  #reachedFrom(entry: string): ReadonlySet<string> {
    const imports = new Map<string, string[]>();
    for (const [imported, importers] of this.#importers) {
      for (const importer of importers) {
        const known = imports.get(importer);
        if (known === undefined) imports.set(importer, [imported]);
        else known.push(imported);
      }
    }
    const reached = new Set<string>();
    const waiting = [entry];
    for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
      if (reached.has(url)) continue;
      reached.add(url);
      waiting.push(...(imports.get(url) ?? []));
    }
    return reached;
  }
}
