import { fingerprint } from "@opconnect/core";
import { expect, test } from "vitest";
import { encodeStoreTags } from "./store-tags.ts";
import { storedState } from "./stored-state.ts";

const stored = (tags: Record<string, string>) => ({
  value: "fixture-value",
  versionId: "v1",
  tags,
});
const held = fingerprint("fixture-value");

test("no value is nothing", () => {
  expect(storedState(undefined).kind).toBe("empty");
});

test("a value described by its tags is ours", () => {
  expect(storedState(stored(encodeStoreTags({ fingerprint: held }))).kind).toBe("ours");
});

test("tags of an earlier value do not describe the one that is there", () => {
  const tags = encodeStoreTags({ fingerprint: fingerprint("earlier"), revision: 3 });
  expect(storedState(stored(tags)).kind).toBe("foreign");
});

test("a value without tags is unfinished only while something is being minted", () => {
  expect(storedState(stored({ team: "platform" })).kind).toBe("foreign");
  expect(storedState(stored(encodeStoreTags({ minting: [] }))).kind).toBe("unfinished");
});

test("a retired value is nothing", () => {
  const tags = encodeStoreTags({ fingerprint: held, retired: held });
  expect(storedState(stored(tags)).kind).toBe("empty");
});

test("a value that came after the retired one is ours", () => {
  const tags = encodeStoreTags({ fingerprint: held, retired: fingerprint("earlier") });
  expect(storedState(stored(tags)).kind).toBe("ours");
});
