import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { execa } from "execa";
import { parseAllDocuments } from "yaml";
import { kustomize } from "../../rig/tools/catalog.ts";
import { ensureTool } from "../../rig/tools/ensure-tool.ts";
import { findOnPath } from "../../rig/tools/find-on-path.ts";
import type { RigAccess } from "../rig-access.ts";
import { askApiServer } from "./api-request.ts";
import { type DefinitionFile, defineResources } from "./define-resources.ts";
import { rigChart } from "./environment-config.ts";
import { externalSecretsDefinition } from "./external-secrets.ts";

/** The kinds of those projects that are written, by the newest versions that Go 1.26 takes. */
const definitions: readonly DefinitionFile[] = [
  externalSecretsDefinition("externalsecrets"),
  {
    module: "github.com/fluxcd/source-controller",
    version: "1.7.3",
    path: "config/crd/bases/source.toolkit.fluxcd.io_helmrepositories.yaml",
  },
  {
    module: "github.com/fluxcd/helm-controller",
    version: "1.4.0",
    path: "config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml",
  },
  {
    module: "github.com/argoproj/argo-cd/v3",
    version: "3.2.1",
    path: "manifests/crds/application-crd.yaml",
  },
];

/** Has the API server know what is written, by the definitions of Flux, Argo CD and External Secrets. */
export async function defineGitOps(rig: RigAccess): Promise<void> {
  await defineResources(rig, definitions);
}

// biome-ignore lint/suspicious/noExplicitAny: what is written has no type.
type Written = any;

/** The objects of a folder's files, by the names of these. */
export async function writtenObjects(folder: string): Promise<Readonly<Record<string, Written[]>>> {
  const objects: Record<string, Written[]> = {};
  for (const name of await readdir(folder)) {
    objects[name] = documents(await readFile(join(folder, name), "utf8"));
  }
  return objects;
}

/** Applies an object as Flux and Argo CD do, on the server's side; a field that it does not know fails. */
export async function applyObject(rig: RigAccess, object: Written, dryRun = false): Promise<void> {
  const { apiVersion, kind, metadata } = object;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  const plural = kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
  const query = `fieldManager=gitops&force=true&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
  const { status, answer } = await askApiServer(rig, {
    method: "PATCH",
    path: `${root}${place}/${irregular[kind] ?? plural.toLowerCase()}/${metadata.name}?${query}`,
    contentType: "application/apply-patch+yaml",
    body: object,
  });
  if (status > 201) throw new Error(`${kind} ${metadata.name} was not taken: ${answer}`);
}

const irregular: Readonly<Record<string, string>> = {
  NetworkPolicy: "networkpolicies",
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
};

/** What Flux makes of a HelmRelease: Helm renders the rig's chart, and Kustomize patches that. */
export async function fluxObjects(rig: RigAccess, { metadata, spec }: Written): Promise<Written[]> {
  const folder = await mkdtemp(join(rig.dir, "flux-"));
  const values = join(folder, "values.json");
  await writeFile(values, JSON.stringify(spec.values));
  const words = ["template", spec.releaseName, rigChart(rig).path, "--values", values];
  const { stdout } = await execa("helm", [...words, "--namespace", metadata.namespace], {
    env: rig.env,
    extendEnv: false,
  });
  await writeFile(join(folder, "chart.yaml"), stdout);
  const [{ kustomize: patches }] = spec.postRenderers;
  const kustomization = JSON.stringify({ resources: ["chart.yaml"], ...patches });
  await writeFile(join(folder, "kustomization.yaml"), kustomization);
  const program =
    findOnPath(kustomize.name) ??
    join(await ensureTool(kustomize, () => undefined), kustomize.name);
  return documents((await execa(program, ["build", folder])).stdout);
}

/** What External Secrets Operator makes of an ExternalSecret whose store is the rig's Secrets Manager. */
export async function secretOf(rig: RigAccess, { metadata, spec }: Written): Promise<Written> {
  const { AWS_ENDPOINT_URL = "", AWS_REGION: region = "eu-central-1" } = rig.env;
  const client = new SecretsManager({
    endpoint: AWS_ENDPOINT_URL,
    region,
    credentials: { accessKeyId: "fixture", secretAccessKey: "fixture" },
  });
  const [{ secretKey, remoteRef }] = spec.data;
  const { SecretString: value = "" } = await client.getSecretValue({
    SecretId: remoteRef.key,
    VersionId: remoteRef.version.replace("uuid/", ""),
  });
  const filled: Readonly<Record<string, string>> = {
    [`{{ .${secretKey} }}`]: value,
    [`{{ .${secretKey} | b64enc }}`]: Buffer.from(value).toString("base64"),
  };
  const { data, metadata: own } = spec.target.template;
  const stringData = Object.fromEntries(
    Object.entries<string>(data).map(([key, template]) => [key, filled[template]]),
  );
  const { namespace } = metadata;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...own, name: spec.target.name, namespace },
    stringData,
  };
}

function documents(text: string): Written[] {
  const all = parseAllDocuments(text);
  return Array.isArray(all) ? all.flatMap((each) => each.toJSON() ?? []) : [];
}
