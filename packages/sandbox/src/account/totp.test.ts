import { expect, test } from "vitest";
import { totp } from "./totp.ts";

/** Base32 of the secrets of RFC 6238, appendix B. */
const secrets = {
  SHA1: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
  SHA256: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA====",
};

test.each([
  ["SHA1", 59, "94287082"],
  ["SHA1", 1_111_111_109, "07081804"],
  ["SHA1", 20_000_000_000, "65353130"],
  ["SHA256", 59, "46119246"],
] as const)("%s at %d seconds gives the code of the RFC", (algorithm, seconds, code) => {
  const uri = `otpauth://totp/x?secret=${secrets[algorithm]}&digits=8&algorithm=${algorithm}`;
  expect(totp(uri, new Date(seconds * 1000))).toBe(code);
});

test("a bare secret gives six digits", () => {
  expect(totp(secrets.SHA1, new Date(59_000))).toBe("287082");
});
