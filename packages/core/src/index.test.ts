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
    "defined",
    "doubleHyphenTemplates",
    "encodeCredentialsFile",
    "fingerprint",
    "hasCode",
    "isConnectError",
    "isOnePasswordId",
    "isRecord",
    "isSameOnePasswordId",
    "itemPath",
    "itemPathFrom",
    "kubeconfigContent",
    "latestChartVersion",
    "parseCredentialsFile",
    "parseDurationSeconds",
    "parseItemPath",
    "parseJson",
    "parseShareLink",
    "planGrants",
    "redacted",
    "supportedChartVersions",
    "tokenMismatches",
    "unlessCode",
    "withoutSecrets",
  ]);
});
