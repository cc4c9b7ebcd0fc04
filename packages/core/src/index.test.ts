import { expect, test } from "vitest";
import * as core from "./index.ts";

test("the public names are these and no others", () => {
  expect(Object.keys(core).sort()).toEqual([
    "ConnectError",
    "chartFacts",
    "checkToken",
    "checkVaultIds",
    "connectErrorCodes",
    "createConvention",
    "decodeConnectToken",
    "defaultTemplates",
    "doubleHyphenTemplates",
    "encodeCredentialsFile",
    "fingerprint",
    "isConnectError",
    "isOnePasswordId",
    "isSameOnePasswordId",
    "itemPath",
    "itemPathFrom",
    "latestChartVersion",
    "parseCredentialsFile",
    "parseDurationSeconds",
    "parseItemPath",
    "parseShareLink",
    "parseVaultAcl",
    "planGrants",
    "redacted",
    "supportedChartVersions",
    "tokenMismatches",
    "vaultAcl",
  ]);
});
