import { expect, test } from "vitest";
import { diffMinted } from "./minted-diff.ts";

const diff = diffMinted({ updates: ["name"], replaces: ["revision", "rotation"] }, "serverId");
const state = { serverId: "AAAA2222", versionId: "v1", name: "acme", revision: 1 };
const inputs = { name: "acme", revision: 1 };

test("what the store says is no change if it is what the state says, or nothing", () => {
  const same = { changes: false, replaces: [] };
  expect(diff(state, inputs)).toEqual(same);
  expect(diff(state, { ...inputs, stored: { id: "aaaa2222", versionId: "v1" } })).toEqual(same);
});

test("another server in the store takes the place of the one in the state", () => {
  const stored = { id: "BBBB3333", versionId: "v2" };
  expect(diff(state, { ...inputs, stored })).toEqual({ changes: true, replaces: ["stored"] });
});

test("another version of the same is an update", () => {
  const stored = { id: "AAAA2222", versionId: "theirs" };
  expect(diff(state, { ...inputs, stored })).toEqual({ changes: true, replaces: [] });
});

test("a name of before in the store is an update, also where the state has the new one", () => {
  const stored = { id: "AAAA2222", versionId: "v1", name: "former" };
  expect(diff(state, { ...inputs, stored })).toEqual({ changes: true, replaces: [] });
});

test("a rotation is a replacement once, and none as long as it stays in the inputs", () => {
  const rotation = { of: "AAAA2222", because: "it was asked for" };
  expect(diff(state, { ...inputs, rotation })).toEqual({ changes: true, replaces: ["rotation"] });
  expect(diff({ ...state, rotation }, { ...inputs, rotation }).changes).toBe(false);
});
