import fc from "fast-check";
import { expect, test } from "vitest";
import { isSecretKey, secretKey } from "./secret-key.ts";

// As `BuildKubernetesSecretData` of onepassword-operator 1.12.0 answers.
test.each([
  ["password", "password"],
  ["API_KEY", "API_KEY"],
  ["-x.y_", "-x.y_"],
  ["my key!", "my-key"],
  ["A/B\\C", "A-B-C"],
  ["a  b", "a-b"],
  [" padded ", "padded"],
  ["one-time password", "one-time-password"],
  ["é", undefined],
  ["🔑", undefined],
  ["", undefined],
  ["clé", "cl"],
  ["..", ".."],
])("a field called %j becomes the key %j", (label, key) => {
  expect(secretKey(label)).toBe(key);
});

test("a label that is too long is cut", () => {
  expect(secretKey("a".repeat(300))).toBe("a".repeat(253));
});

test.each(["", ".", "..", "..data", "my key", "é", "a".repeat(254)])("%j is no key", (text) => {
  expect(isSecretKey(text)).toBe(false);
});

test("what a key becomes is itself, and of any label a key comes that Kubernetes takes, or none", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (label) => {
      const key = secretKey(label);
      if (key === undefined) return;
      expect(secretKey(key)).toBe(key);
      expect(isSecretKey(key) || key.startsWith(".")).toBe(true);
    }),
  );
});
