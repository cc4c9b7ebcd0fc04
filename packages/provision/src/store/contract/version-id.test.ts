import { fingerprint } from "@opconnect/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isLeaseVersionId, leaseVersionIdOf, versionIdOf } from "./version-id.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const value = fc.string();
const secretId = fc.string({ minLength: 1 });

test("a version id is a UUID, which AWS takes as ClientRequestToken", () => {
  fc.assert(
    fc.property(secretId, value, fc.nat(), (secret, text, sequence) => {
      expect(versionIdOf(secret, fingerprint(text))).toMatch(uuid);
      expect(leaseVersionIdOf(secret, sequence)).toMatch(uuid);
    }),
  );
});

test("other values and other secrets have other version ids", () => {
  fc.assert(
    fc.property(secretId, secretId, value, value, (secret, otherSecret, text, otherText) => {
      const versionId = versionIdOf(secret, fingerprint(text));
      if (text !== otherText)
        expect(versionIdOf(secret, fingerprint(otherText))).not.toBe(versionId);
      if (secret !== otherSecret)
        expect(versionIdOf(otherSecret, fingerprint(text))).not.toBe(versionId);
    }),
  );
});

test("leases are told from values by their version ids", () => {
  fc.assert(
    fc.property(secretId, value, fc.nat(), (secret, text, sequence) => {
      expect(isLeaseVersionId(versionIdOf(secret, fingerprint(text)))).toBe(false);
      expect(isLeaseVersionId(leaseVersionIdOf(secret, sequence))).toBe(true);
    }),
  );
});

test("ids that AWS or Terraform made are no leases", () => {
  expect(isLeaseVersionId("EXAMPLE1-90ab-cdef-fedc-ba987SECRET1")).toBe(false);
  expect(isLeaseVersionId("0d5d7f0c-5a4f-4c1e-b1b5-5f5c8e3f8a11")).toBe(false);
  expect(isLeaseVersionId("terraform-20261121134500000000000001")).toBe(false);
});

test("the version id of a value stays the same between releases", () => {
  const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:acme-AbCd12";
  expect(versionIdOf(arn, fingerprint("fixture-value"))).toMatchInlineSnapshot(
    `"dd288a99-ef38-8bb8-8b95-b48c077b9e99"`,
  );
  expect(leaseVersionIdOf(arn, 7)).toMatchInlineSnapshot(`"27915102-967d-83c0-bfaf-c7830e57152d"`);
});
