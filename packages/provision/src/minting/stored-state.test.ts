import { fingerprint } from "@opconnect/core";
import { expect, test } from "vitest";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import { versionIdOf } from "../store/contract/version-id.ts";
import { storedState } from "./stored-state.ts";

const secretId = "opconnect/acme/prod/credentials";
const held = fingerprint("fixture-value");
const earlier = fingerprint("earlier");

const stateOf = (tags: Record<string, string>) => {
  const stored = { value: "fixture-value", versionId: versionIdOf(secretId, held), tags };
  return storedState(secretId, stored);
};
const emptyOf = (tags: Record<string, string>) =>
  storedState(secretId, { tags, isUntouched: true });

test("no value is nothing", () => {
  expect(emptyOf({}).kind).toBe("empty");
});

test("a value described by its tags is ours", () => {
  expect(stateOf(encodeStoreTags({ fingerprint: held })).kind).toBe("ours");
});

test("a value that is not the one the tags describe has displaced it", () => {
  const tags = encodeStoreTags({ fingerprint: earlier, revision: 3 });
  const displaced = { kind: "displaced", versionId: versionIdOf(secretId, earlier) };
  expect(stateOf(tags)).toMatchObject(displaced);
  expect(emptyOf(tags)).toMatchObject(displaced);
});

test("a value without tags is unfinished only while something is being minted", () => {
  expect(stateOf({ team: "platform" }).kind).toBe("foreign");
  expect(stateOf(encodeStoreTags({ minting: [] })).kind).toBe("unfinished");
});

test("a retired value is nothing", () => {
  expect(stateOf(encodeStoreTags({ fingerprint: held, retired: held })).kind).toBe("empty");
  expect(stateOf(encodeStoreTags({ retired: held })).kind).toBe("empty");
});

test("a value that came after the retired one is judged by itself", () => {
  const tags = encodeStoreTags({ fingerprint: held, retired: earlier });
  expect(stateOf(tags).kind).toBe("ours");
  expect(stateOf(encodeStoreTags({ fingerprint: earlier, retired: earlier })).kind).toBe("foreign");
});
