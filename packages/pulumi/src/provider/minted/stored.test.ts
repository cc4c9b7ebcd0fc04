import { afterEach, expect, test, vi } from "vitest";
import { keptWithoutOp, storedNow, versionOf } from "./stored.ts";

afterEach(() => vi.restoreAllMocks());

const id = "AAAABBBBCCCCDDDDEEEEFFFFGG";

test("the version of a secret counts only if the secret holds what is looked for", () => {
  expect(versionOf({ id: id.toLowerCase(), versionId: "v1" }, id)).toBe("v1");
  expect(versionOf({ id: "another", versionId: "v1" }, id)).toBeUndefined();
  expect(versionOf(undefined, id)).toBeUndefined();
});

test("a refresh shows another version in the store, and what the store has lost", () => {
  const state = { stored: { id, versionId: "v1" } };
  const displaced = { stored: "displaced", versionId: "theirs", drift: ["changed"] } as const;
  expect(storedNow(id, state, displaced)).toEqual({
    stored: { id, versionId: "theirs" },
    drift: ["changed"],
  });
  const lost = (stored: "gone" | "another") => storedNow(id, state, { stored, drift: [] }).stored;
  expect(lost("gone")).toEqual({ lost: "secret" });
  expect(lost("another")).toEqual({ lost: "value" });
});

test("a refresh leaves alone what the store did not tell, and what is as it was", () => {
  const state = { stored: { id, versionId: "v1" } };
  expect(storedNow(id, state, { stored: "unknown", drift: [] })).toEqual(state);
  expect(storedNow(id, state, { stored: "behind", versionId: "v0", drift: [] })).toEqual(state);
  expect(storedNow(id, state, { stored: "held", versionId: "v1", drift: [] })).toEqual(state);
});

test("that op is not there is said once, with the first reason", () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  keptWithoutOp(["There is no `op` on PATH."]);
  keptWithoutOp(["Another reason."]);
  expect(said).toHaveBeenCalledExactlyOnceWith(
    "op is not available: Connect servers, tokens and vaults are kept as they are known. There is no `op` on PATH.\n",
  );
});

test("what op does not list is not mistaken for an op that is not there", () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  keptWithoutOp(["`op` does not list the Connect server X, which proves nothing."]);
  expect(said).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/^`op` does not list .* kept/),
  );
});
