import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { describe, expect, test, vi } from "vitest";
import { diffMinted, diffProperties, hasUnknown } from "./property-diff.ts";

const roles = { updates: ["vaults"], replaces: ["name"] };

test("properties without a role never make a difference", () => {
  const diff = diffProperties({ name: "a", stack: "x" }, { name: "a", stack: "y" }, roles);
  expect(diff).toEqual({ changes: false, replaces: [] });
});

test("an update is a change, a replacement names its properties", () => {
  const olds = { name: "a", vaults: [{ id: "1" }] };
  expect(diffProperties(olds, { ...olds, vaults: [] }, roles)).toEqual({
    changes: true,
    replaces: [],
  });
  expect(diffProperties(olds, { ...olds, name: "b" }, roles)).toEqual({
    changes: true,
    replaces: ["name"],
  });
});

test("the order of keys makes no difference, the order of a list does", () => {
  const olds = {
    vaults: [
      { id: "1", key: "app" },
      { id: "2", key: "data" },
    ],
  };
  const sameKeys = {
    vaults: [
      { key: "app", id: "1" },
      { key: "data", id: "2" },
    ],
  };
  expect(diffProperties(olds, sameKeys, roles).changes).toBe(false);
  expect(diffProperties(olds, { vaults: olds.vaults.toReversed() }, roles).changes).toBe(true);
});

test("a value that is not known yet counts as changed, however deep it lies", () => {
  const news = { vaults: [{ id: unknownValue }] };
  expect(diffProperties({ vaults: [{ id: "1" }] }, news, roles).changes).toBe(true);
  expect(hasUnknown(news)).toBe(true);
  expect(hasUnknown({ vaults: [{ id: "1" }] })).toBe(false);
});

const minted = diffMinted({ updates: ["name"], replaces: ["revision", "rotation"] }, "serverId");
const state = { serverId: "AAAA2222", versionId: "v1", name: "acme", revision: 1 };
const inputs = { name: "acme", revision: 1 };

test("what the store says is no change if it is what the state says, or nothing", () => {
  const same = { changes: false, replaces: [] };
  expect(minted(state, inputs)).toEqual(same);
  expect(minted(state, { ...inputs, stored: { id: "aaaa2222", versionId: "v1" } })).toEqual(same);
});

test("another server in the store takes the place of the one in the state", () => {
  const stored = { id: "BBBB3333", versionId: "v2" };
  expect(minted(state, { ...inputs, stored })).toEqual({ changes: true, replaces: ["stored"] });
});

describe("an older one in the store, as in a clone that was not pulled,", () => {
  const current = { ...state, mintedAt: "2026-02-01T00:00:00.000Z" };
  const older = { id: "BBBB3333", versionId: "v0", mintedAt: "2026-01-01T00:00:00.000Z" };
  const rotation = { of: "BBBB3333", because: "rotateAfter 30d passed on 2026-01-31" };

  test("takes the place of none, however old it is, and is said", () => {
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const diff = minted(current, { ...inputs, rotation, stored: older });
    expect(diff).toEqual({ changes: false, replaces: [] });
    expect(said).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining(
        "If it is in a clone, pull; after a merge, take the other side of its files.",
      ),
    );
    said.mockRestore();
  });

  test("refuses what would take it, and not what mints anew", () => {
    const change = () => minted(current, { ...inputs, name: "new", stored: older });
    expect(change).toThrow(expect.objectContaining({ code: "STORE_CONTENT_INVALID" }));
    const anew = minted(current, { ...inputs, revision: 2, stored: older });
    expect(anew).toEqual({ changes: true, replaces: ["revision"] });
  });

  test("is another one where the state does not know the age of its own", () => {
    expect(minted(state, { ...inputs, stored: older }).replaces).toEqual(["stored"]);
  });
});

test("another version of the same is an update", () => {
  const stored = { id: "AAAA2222", versionId: "theirs" };
  expect(minted(state, { ...inputs, stored })).toEqual({ changes: true, replaces: [] });
});

test("a name of before in the store is an update, also where the state has the new one", () => {
  const stored = { id: "AAAA2222", versionId: "v1", name: "former" };
  expect(minted(state, { ...inputs, stored })).toEqual({ changes: true, replaces: [] });
});

test("a rotation is a replacement once, and none as long as it stays in the inputs", () => {
  const rotation = { of: "AAAA2222", because: "it was asked for" };
  expect(minted(state, { ...inputs, rotation })).toEqual({ changes: true, replaces: ["rotation"] });
  expect(minted({ ...state, rotation }, { ...inputs, rotation }).changes).toBe(false);
});
