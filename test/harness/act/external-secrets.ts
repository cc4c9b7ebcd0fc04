import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type GoModule, goModuleFolder } from "../../rig/tools/go-module-folder.ts";
import type { RigAccess } from "../rig-access.ts";
import { untilThere } from "../until-there.ts";
import { askApiServer } from "./api-request.ts";

/** Later versions are no Go modules: their path lacks the major version. */
export const externalSecrets: GoModule = {
  module: "github.com/external-secrets/external-secrets",
  version: "1.3.2",
};
const group = "external-secrets.io";
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Has the API server know both kinds of stores, by External Secrets Operator's own definitions. */
export async function defineExternalSecretsStores(rig: RigAccess): Promise<void> {
  const folder = join(await goModuleFolder(externalSecrets), "config/crds/bases");
  for (const plural of ["secretstores", "clustersecretstores"]) {
    const body: object = parse(await readFile(join(folder, `${group}_${plural}.yaml`), "utf8"));
    const made = await askApiServer(rig, { method: "POST", path: definitions, body });
    if (made.status !== 201) throw new Error(`${plural} was not defined: ${made.answer}`);
    await untilThere(async () => {
      const path = `/apis/${group}/v1/${plural}`;
      return (await askApiServer(rig, { method: "GET", path })).status === 200;
    });
  }
}

/** What a store specifies, as the API server has kept it. */
export async function externalSecretsStore(rig: RigAccess, place: string): Promise<unknown> {
  const path = `/apis/${group}/v1/${place}`;
  const { status, answer } = await askApiServer(rig, { method: "GET", path });
  if (status !== 200) throw new Error(`There is no ${place}: ${answer}`);
  const { spec }: { spec: unknown } = JSON.parse(answer);
  return spec;
}
