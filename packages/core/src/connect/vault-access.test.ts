import { expect, test } from "vitest";
import { parseVaultAcl, vaultAcl } from "./vault-access.ts";

test.each([
  [48, "read"],
  [496, "read-write"],
  [0, "unknown"],
  [49_152, "unknown"],
  [Number.NaN, "unknown"],
])("the number %d stands for %s", (acl, access) => {
  expect(parseVaultAcl(acl)).toBe(access);
});

test("every access reads back from its number", () => {
  expect(parseVaultAcl(vaultAcl.read)).toBe("read");
  expect(parseVaultAcl(vaultAcl["read-write"])).toBe("read-write");
});
