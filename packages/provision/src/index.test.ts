import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as provision from "./index.ts";

test("the package exports these names", async () => {
  const text = await readFile(join(import.meta.dirname, "index.ts"), "utf8");
  const named = [...text.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(
    ([, areTypes, names = ""]) =>
      names.split(",").flatMap((name) => {
        const isType = areTypes !== undefined || name.trim().startsWith("type ");
        return isType && name.trim() !== "" ? [name.replace("type ", "").trim()] : [];
      }),
  );
  expect(named.sort()).toEqual([
    "ActionsSecretName",
    "AdoptedToken",
    "Adoption",
    "AdoptionEvidence",
    "ClaimBehind",
    "ClusterConnection",
    "CredentialStore",
    "Finding",
    "HeldSecret",
    "ItemParts",
    "ItemSync",
    "MintedDeletion",
    "MintedFate",
    "MintedObservation",
    "MintingNeed",
    "MintingRecord",
    "MintingSystems",
    "OpCli",
    "Orphan",
    "PreflightEnvironment",
    "PreflightResult",
    "RetiredOrphan",
    "SecretLocation",
    "SecretObservation",
    "StoreConfig",
    "StoreConfigSchema",
    "StoreTags",
    "StoredAccountToken",
    "TokenRecord",
  ]);
  expect(Object.keys(provision).sort()).toEqual([
    "adoptedTagKey",
    "checkCluster",
    "checkReach",
    "createOpCli",
    "deleteActionsSecret",
    "deleteHeldSecret",
    "deleteServer",
    "deleteToken",
    "deleteVault",
    "editVault",
    "encodeStoreTags",
    "ensureHeldSecret",
    "ensureServer",
    "ensureToken",
    "ensureVault",
    "findAccountToken",
    "findActionsSecret",
    "findOrphans",
    "followHolder",
    "isUnknownItem",
    "judgeExpiry",
    "mintServer",
    "mintToken",
    "observeSecret",
    "observeServer",
    "observeToken",
    "observeVault",
    "openSource",
    "openStore",
    "openStoreOfOptions",
    "parseStaticTags",
    "parseStoreConfig",
    "planAdoption",
    "readItemParts",
    "refusalOfRevision",
    "renameServer",
    "retireAnnounced",
    "retireLeaving",
    "retireOrphans",
    "runCheck",
    "runPreflight",
    "serverNeed",
    "storeConfigSchema",
    "storeKindOf",
    "tokenNeed",
    "updateServerGrants",
    "vaultNeed",
    "writeActionsSecret",
  ]);
});

const sources = (await readdir(import.meta.dirname, { recursive: true })).filter((name) =>
  /(?<!\.test)\.ts$/.test(name),
);
const importsOf = async (file: string) => {
  const text = await readFile(join(import.meta.dirname, file), "utf8");
  return [...text.matchAll(/^(?:import|\} from) (?!type).*?"(?<module>[^"]+)";$/gm)].map(
    (match) => match.groups?.module ?? "",
  );
};

test("what takes long to load is loaded where it is needed", async () => {
  const imports = (await Promise.all(sources.map(importsOf))).flat();
  expect(imports).toContain("@opconnect/core");
  const heavy = ["execa", "./kubernetes-client.ts", "../aws-sdk.ts", "age-encryption"];
  expect(imports.filter((module) => heavy.includes(module))).toEqual([]);
});
