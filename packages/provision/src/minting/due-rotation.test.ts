import { fingerprint } from "@opconnect/core";
import { expect, test } from "vitest";
import { encodeStoreTags, type StoreTags } from "../store/contract/value-tags.ts";
import { versionIdOf } from "../store/contract/version-id.ts";
import { dueRotation } from "./due-rotation.ts";

const secretId = "opconnect/acme/prod/operator-token";
const now = new Date("2026-11-21T12:00:00Z");
const held = fingerprint("fixture");
const versionId = versionIdOf(secretId, held);
const serverId = "FIXTURESERVER2345672345672";
const tokenId = "fixturetoken23456723456723";

const due = (
  tags: Partial<StoreTags>,
  wanted: { rotateAfter?: string } = {},
  versionIds: readonly string[] = [versionId],
) => {
  const described = { fingerprint: held, serverId, tokenId, mintedAt: now, ...tags };
  const description = { tags: encodeStoreTags(described), versionId, versionIds };
  return dueRotation(description, { secretId, now, ...wanted });
};

test("what is young, valid and there is not due", () => {
  const expiresAt = new Date("2026-12-21T12:00:00Z");
  expect(due({ expiresAt }, { rotateAfter: "90d" })).toBeUndefined();
  expect(dueRotation(undefined, { secretId, now })).toBeUndefined();
});

test.each<[string, Partial<StoreTags>, { rotateAfter?: string }, string]>([
  [
    "old",
    { mintedAt: new Date("2026-08-23T12:00:00Z") },
    { rotateAfter: "90d" },
    "rotateAfter 90d passed on 2026-11-21",
  ],
  ["expired", { expiresAt: new Date("2026-11-20T23:00:00Z") }, {}, "it expired on 2026-11-20"],
  ["to be replaced", { rotate: tokenId.toUpperCase() }, {}, "its replacement was asked for"],
])("what is %s is due, and why is said", (_, tags, wanted, because) => {
  expect(due(tags, wanted)).toEqual({ of: tokenId, because });
});

test("what was asked to be replaced is due once", () => {
  expect(due({ rotate: "fixtureearlier234567234567" })).toBeUndefined();
});

test("a value that is lost is due, one that can be restored is not", () => {
  expect(due({}, {}, [])).toEqual({ of: tokenId, because: "its value is no longer in the store" });
  expect(due({}, {}, ["another", versionId])).toBeUndefined();
});

test("a secret without a value of ours is not due", () => {
  const tags = encodeStoreTags({ retired: held, serverId, vaults: [] });
  expect(dueRotation({ tags, versionIds: [] }, { secretId, now })).toBeUndefined();
  expect(dueRotation({ tags: {}, versionIds: [] }, { secretId, now })).toBeUndefined();
});

test("a server is named where there is no token, and an age that nobody knows is too old", () => {
  const tags = encodeStoreTags({ fingerprint: held, serverId });
  const description = { tags, versionId, versionIds: [versionId] };
  expect(dueRotation(description, { secretId, now, rotateAfter: "90d" })).toEqual({
    of: serverId,
    because: "its age is not recorded, and rotateAfter is 90d",
  });
});

test("a time that is none is refused, naming the field", () => {
  expect(() => due({}, { rotateAfter: "90x" })).toThrow(/`rotateAfter` .*TOKEN_EXPIRY_INVALID/);
});
