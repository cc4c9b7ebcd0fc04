import { writeFile } from "node:fs/promises";
import {
  chartFacts,
  checkServiceAccountToken,
  checkToken,
  checkVaultIds,
  createConvention,
  decodeConnectToken,
  doubleHyphenTemplates,
  latestChartVersion,
  parseCredentialsFile,
  parseDurationSeconds,
  parseItemPath,
  parseSecretReference,
  parseShareLink,
} from "@opconnect/core";
import { writingFile } from "@opconnect/core/writing-file";
import { fixtureToken } from "../../../packages/provision/fixtures/data/connect-token.ts";
import { fixtureCredentialsFile } from "../../../packages/provision/fixtures/data/credentials-file.ts";
import { parseStoreConfig } from "../../../packages/provision/src/store/open-store.ts";
import { environmentSchema } from "../../../packages/pulumi/src/environment/args.ts";
import { checkLinks } from "../../../packages/pulumi/src/environment/links.ts";
import { checkVaultKeys } from "../../../packages/pulumi/src/environment/vault-keys.ts";
import { checkArgs } from "../../../packages/pulumi/src/input/check-args.ts";
import { corrected, type Remedies } from "./remedy.ts";

const vault = "a".repeat(26);
const privateLink = `https://start.1password.com/open/i?a=${vault}&v=${vault}&i=${vault}&h=acme.1password.com`;
const linked = { db: { namespace: "app", link: privateLink } };
const item = { namespace: "app", vault: "app", item: "postgres" };
const token = fixtureToken({ id: vault, serverId: vault, vaults: [] });
const serviceAccountToken = `ops_${Buffer.from(
  JSON.stringify({ signInAddress: "acme.1password.com", email: "acme@example.com" }),
).toString("base64url")}`;
const credentials = fixtureCredentialsFile("fixture");
const declared = { consumer: "ci", vaults: ["app"], serverVaults: ["app"] };
const environment = { client: "acme", environment: "prod" };
const names = (change: Partial<typeof environment>, templates = {}) =>
  createConvention(templates).names({ ...environment, ...change });

export const inputRemedies: Remedies = {
  ARGUMENT_INVALID: {
    refused: () => parseStoreConfig({ kind: "age-files", folder: "secrets" }),
    mended: () => parseStoreConfig({ kind: "secrets-manager" }),
  },
  CONVENTION_PLACEHOLDER: {
    refused: () => names({}, { server: "{client}-{stage}" }),
    mended: () => names({}, { server: "{client}-{environment}" }),
  },
  CONVENTION_VALUE: {
    refused: () => names({ client: "Acme Corp" }),
    mended: () => names({ client: "acme-corp" }),
  },
  CONVENTION_NAME: {
    refused: () => names({ client: "a".repeat(60) }),
    mended: () => names({ client: "a".repeat(6) }),
  },
  CONVENTION_AMBIGUOUS: {
    refused: () => names({ environment: "eu-prod" }),
    mended: () => names({ environment: "eu-prod" }, doubleHyphenTemplates),
  },
  CONVENTION_COLLISION: {
    refused: () =>
      names({}, { token: "{client}-{environment}" }).assertDistinct("token", ["ci", "operator"]),
    mended: () => names({}).assertDistinct("token", ["ci", "operator"]),
  },
  CHART_VERSION_INVALID: {
    refused: () => chartFacts("2.4"),
    mended: () => chartFacts(latestChartVersion),
  },
  CHART_VERSION_UNSUPPORTED: {
    refused: () => chartFacts("2.0.0"),
    mended: () => chartFacts("2.0.1"),
  },
  CREDENTIALS_FILE_INVALID: {
    refused: () => parseCredentialsFile(btoa(credentials)),
    mended: () => parseCredentialsFile(credentials),
  },
  TOKEN_MALFORMED: [
    {
      refused: () => decodeConnectToken(token.slice(0, -20)),
      mended: () => decodeConnectToken(token),
    },
    corrected(
      "nothing behind it",
      checkServiceAccountToken,
      `${serviceAccountToken}\n`,
      serviceAccountToken,
    ),
  ],
  TOKEN_MISMATCH: {
    file: "packages/provision/src/token/ensure.test.ts",
    test: "a token %s that somebody else stored is refused, and nothing is changed",
  },
  TOKEN_EXPIRY_INVALID: {
    refused: () => parseDurationSeconds("90 days"),
    mended: () => parseDurationSeconds("90d"),
  },
  TOKEN_ROTATION_INVALID: {
    refused: () => checkToken({ ...declared, expiresIn: "60d", rotateAfter: "90d" }),
    mended: () => checkToken({ ...declared, expiresIn: "90d", rotateAfter: "60d" }),
  },
  TOKEN_SCOPE_INVALID: {
    refused: () => checkToken({ ...declared, vaults: ["data"] }),
    mended: () => checkToken({ ...declared, vaults: ["data"], serverVaults: ["app", "data"] }),
  },
  FILE_UNWRITABLE: {
    refused: () => writingFile("/", () => writeFile("/", "fixture")),
    mended: () => writingFile("/dev/null", () => writeFile("/dev/null", "fixture")),
  },
  ITEM_PATH_INVALID: {
    refused: () => parseItemPath("vaults/app/item/postgres"),
    mended: () => parseItemPath("vaults/app/items/postgres"),
  },
  SHARE_LINK_INVALID: {
    refused: () => parseShareLink("https://share.1password.com/s#fixture"),
    mended: () => parseShareLink(privateLink),
  },
  SHARE_LINK_FOREIGN: {
    refused: () => checkLinks(linked, ["b".repeat(26)], ["app"]),
    mended: () => checkLinks(linked, ["b".repeat(26), vault], ["app", "shared"]),
  },
  VAULT_KEY_DUPLICATE: {
    refused: () => checkArgs(environmentSchema, { ...environment, vaults: ["app", "app"] }),
    mended: () => checkArgs(environmentSchema, { ...environment, vaults: ["app", "data"] }),
  },
  VAULT_KEY_UNKNOWN: {
    refused: () => checkVaultKeys({ items: { db: item } }, ["data"], ["data"]),
    mended: () => checkVaultKeys({ items: { db: item } }, ["data", "app"], ["data", "app"]),
  },
  VAULT_ID_INVALID: {
    refused: () => checkVaultIds([{ key: "app", id: "app", access: "read" }]),
    mended: () => checkVaultIds([{ key: "app", id: vault, access: "read" }]),
  },
  SECRET_REFERENCE_INVALID: {
    refused: () => parseSecretReference("app/github/token"),
    mended: () => parseSecretReference("op://app/github/token"),
  },
};
