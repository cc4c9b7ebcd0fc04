import { expect, test } from "vitest";
import { parseSecretReference } from "./secret-reference.ts";

test.each([
  ["op://app/github/token", { vault: "app", item: "github", field: "token" }],
  [
    "op://acme-prod-app/Data Base/admin/pass_word.1",
    { vault: "acme-prod-app", item: "Data Base", section: "admin", field: "pass_word.1" },
  ],
])("%s names a field", (text, parts) => {
  expect(parseSecretReference(text)).toEqual(parts);
});

test.each([
  ["without its scheme", "app/github/token", /does not begin with op:/],
  ["of a vault and an item alone", "op://app/github", /has 2 parts/],
  ["with a part too many", "op://app/github/a/b/c", /has 5 parts/],
  ["with an empty part", "op://app//token", /empty part/],
  ["with white space around a part", "op://app/ github/token", /" github"/],
  ["with a quote", 'op://app/git"hub/token', /by its id/],
  ["that asks for the code of the moment", "op://app/github/otp?attribute=otp", /would be stale/],
  ["that asks for a form of a key", "op://app/key/private key?ssh-format=openssh", /attribute/],
])("a reference %s is refused", (_, text, says) => {
  expect(() => parseSecretReference(text)).toThrow(says);
  expect(() => parseSecretReference(text)).toThrow("[SECRET_REFERENCE_INVALID]");
});
