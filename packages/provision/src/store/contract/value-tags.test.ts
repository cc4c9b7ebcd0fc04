import fc from "fast-check";
import { expect, test } from "vitest";
import { fixtureId } from "../../../fixtures/data/ids.ts";
import { decodeStoreTags, encodeStoreTags, encodeVaultTags, storeTagKeys } from "./value-tags.ts";

const key = fc.stringMatching(/^[a-z0-9]{1,12}(-[a-z0-9]{1,8})?$/);
const id = fc.stringMatching(/^[a-z0-9]{26}$/);
const vault = fc.record({
  key,
  id,
  access: fc.constantFrom("read" as const, "read-write" as const),
});
/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Tag.html */
const awsTagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,255}$/u;
const date = fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true });
const records = {
  fingerprint: fc.stringMatching(/^[0-9a-f]{64}$/),
  revision: fc.integer({ min: 1, max: 1_000_000 }),
  name: fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{1,64}$/),
  serverId: id.map((text) => text.toUpperCase()),
  tokenId: id,
  expiresAt: date,
  accountId: id.map((text) => text.toUpperCase()),
  mintedAt: date,
  rotate: id,
  minting: fc.array(id, { maxLength: 9 }),
  announcedName: fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{1,64}$/),
  announcedAt: date,
  announcedServer: id.map((text) => text.toUpperCase()),
  retired: fc.stringMatching(/^[0-9a-f]{64}$/),
};
const tags = fc.record({ ...records, vaults: fc.array(vault, { maxLength: 30 }) });

test("tags give back what was put into them", () => {
  fc.assert(
    fc.property(tags, (original) => {
      expect(decodeStoreTags(encodeStoreTags(original))).toEqual(original);
    }),
  );
});

test("a tag that was not set is not there afterwards either", () => {
  const partial = fc.record(
    { ...records, vaults: fc.array(vault, { maxLength: 3 }) },
    {
      requiredKeys: ["vaults"],
    },
  );
  fc.assert(
    fc.property(partial, (original) => {
      expect(decodeStoreTags(encodeStoreTags(original))).toEqual(original);
    }),
  );
});

test("tags have only keys of the list, and values that AWS takes", () => {
  fc.assert(
    fc.property(tags, fc.string({ unit: "grapheme", maxLength: 300 }), (original, name) => {
      const encoded = Object.entries(encodeStoreTags({ ...original, name }));
      expect(encoded.length).toBeLessThanOrEqual(storeTagKeys.length);
      expect(storeTagKeys).toEqual(expect.arrayContaining(encoded.map(([tagKey]) => tagKey)));
      expect(encoded.filter(([, value]) => !awsTagValue.test(value))).toEqual([]);
    }),
  );
});

test("tags of somebody else describe nothing", () => {
  const described = { vaults: [] };
  expect(decodeStoreTags({ team: "platform" })).toEqual(described);
  const nonsense = {
    "opconnect:revision": "many",
    "opconnect:expires-at": "soon",
    "opconnect:vaults": "app app= =x app=short:r app=fixturevaultxxxxxxxxxxxxxx:w",
  };
  expect(decodeStoreTags(nonsense)).toEqual(described);
});

test("whatever somebody put into our tags, they are read or refused by name", () => {
  const hostile = fc.dictionary(fc.constantFrom(...storeTagKeys), fc.string({ maxLength: 300 }));
  fc.assert(
    fc.property(hostile, ({ "opconnect:schema": schema, ...others }) => {
      expect(Array.isArray(decodeStoreTags(others).vaults)).toBe(true);
      if (schema === undefined || schema === "1") return;
      expect(() => decodeStoreTags({ ...others, "opconnect:schema": schema })).toThrow(
        "STORE_CONTENT_INVALID",
      );
    }),
  );
});

test("what was read is written the same", () => {
  fc.assert(
    fc.property(tags, (original) => {
      const encoded = encodeStoreTags(original);
      expect(encodeStoreTags(decodeStoreTags(encoded))).toEqual(encoded);
    }),
  );
});

test("tags of a later release are refused", () => {
  expect(() => decodeStoreTags({ "opconnect:schema": "2" })).toThrow(
    /later one.*STORE_CONTENT_INVALID/,
  );
});

test("more vaults than the tags hold are refused", () => {
  const vaults = Array.from({ length: 80 }, (_, index) => ({
    key: `vault-${index}`,
    id: fixtureId("vault", index),
    access: "read" as const,
  }));
  expect(() => encodeStoreTags({ vaults })).toThrow(/80 vaults.*ARGUMENT_INVALID/);
});

test("announcing that nothing has the name is told from not announcing anything", () => {
  expect(encodeStoreTags({ minting: [] })).toMatchObject({ "opconnect:minting": "none" });
  expect(decodeStoreTags({ "opconnect:minting": "none" }).minting).toEqual([]);
  expect(decodeStoreTags({}).minting).toBeUndefined();
});

test("more namesakes than a tag holds are refused", () => {
  const minting = Array.from({ length: 10 }, (_, index) => fixtureId("server", index));
  expect(() => encodeStoreTags({ minting })).toThrow(/10 live objects.*ARGUMENT_INVALID/);
});

test("naming fewer vaults empties the tags that are not needed any more", () => {
  const renamed = encodeVaultTags([
    { key: "app", id: fixtureId("vault", 1), access: "read-write" },
  ]);
  expect(renamed["opconnect:vaults"]).toBe(`app=${fixtureId("vault", 1)}:rw`);
  expect(renamed["opconnect:vaults-2"]).toBe("");
});
