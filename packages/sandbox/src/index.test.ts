import { expect, test } from "vitest";
import * as sandbox from "./index.ts";

test("these are the public names", () => {
  expect(Object.keys(sandbox).toSorted()).toEqual([
    "addPerson",
    "addServiceAccount",
    "clearFailures",
    "createSandboxAccount",
    "forgetAccount",
    "grantVaultAccess",
    "injectFailure",
    "listSecrets",
    "readCallLog",
    "runOp",
    "setConnectMood",
    "signIn",
    "startConnect",
    "wordings",
  ]);
});
