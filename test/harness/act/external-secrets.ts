import type { GoModule } from "../../rig/tools/go-module-folder.ts";
import type { RigAccess } from "../rig-access.ts";
import { askApiServer } from "./api-request.ts";
import { type DefinitionFile, defineResources } from "./define-resources.ts";

/** Later versions are no Go modules: their path lacks the major version. */
export const externalSecrets: GoModule = {
  module: "github.com/external-secrets/external-secrets",
  version: "1.3.2",
};
const group = "external-secrets.io";

/** The definition of a kind of External Secrets Operator's own. */
export function externalSecretsDefinition(plural: string): DefinitionFile {
  return { ...externalSecrets, path: `config/crds/bases/${group}_${plural}.yaml` };
}

/** Has the API server know both kinds of stores, by External Secrets Operator's own definitions. */
export async function defineExternalSecretsStores(rig: RigAccess): Promise<void> {
  await defineResources(
    rig,
    ["secretstores", "clustersecretstores"].map(externalSecretsDefinition),
  );
}

/** What a store specifies, as the API server has kept it. */
export async function externalSecretsStore(rig: RigAccess, place: string): Promise<unknown> {
  const path = `/apis/${group}/v1/${place}`;
  const { status, answer } = await askApiServer(rig, { method: "GET", path });
  if (status !== 200) throw new Error(`There is no ${place}: ${answer}`);
  const { spec }: { spec: unknown } = JSON.parse(answer);
  return spec;
}
