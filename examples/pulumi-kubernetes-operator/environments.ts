import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** An environment of the repository: one stack of Pulumi, and what the operator runs of it. */
export interface Environment {
  /** Name of Pulumi's stack, e.g. `acme-prod`. */
  readonly stack: string;
  /** The wave that its file names as `opconnect:wave`, or `rest`. */
  readonly wave: string;
}

/** The one list of environments: the stack files of the Pulumi project in a folder. */
export function environmentsOf(folder: string): readonly Environment[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const [, stack] = /^Pulumi\.([\w.-]+)\.yaml$/.exec(file) ?? [];
      if (stack === undefined) return [];
      const content = parse(readFileSync(join(folder, file), "utf8"));
      return [{ stack, wave: content?.config?.["opconnect:wave"] ?? "rest" }];
    });
}
