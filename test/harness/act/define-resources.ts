import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type GoModule, goModuleFolder } from "../../rig/tools/go-module-folder.ts";
import type { RigAccess } from "../rig-access.ts";
import { untilThere } from "../until-there.ts";
import { askApiServer } from "./api-request.ts";

/** A file of a Go module that holds the definition of a kind of objects. */
export interface DefinitionFile extends GoModule {
  readonly path: string;
}

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Has the API server know kinds of objects by their projects' own definitions. */
export async function defineResources(
  rig: RigAccess,
  files: readonly DefinitionFile[],
): Promise<void> {
  for (const file of files) {
    const text = await readFile(join(await goModuleFolder(file), file.path), "utf8");
    const body: {
      spec: { group: string; names: { plural: string }; versions: readonly Version[] };
    } = parse(text);
    const made = await askApiServer(rig, { method: "POST", path: definitions, body });
    if (made.status !== 201 && made.status !== 409) {
      throw new Error(`${file.path} was not defined: ${made.answer}`);
    }
    const { group, names, versions } = body.spec;
    const served = versions.find((version) => version.storage)?.name;
    await untilThere(async () => {
      const path = `/apis/${group}/${served}/${names.plural}`;
      return (await askApiServer(rig, { method: "GET", path })).status === 200;
    });
  }
}

interface Version {
  readonly name: string;
  readonly storage: boolean;
}
