import type { StackMinted } from "@opconnect/fleet";
import type { MintedObservation } from "@opconnect/provision";
import { expect, test } from "vitest";
import { judgeMinted } from "./judge-minted.ts";

const id = "A".repeat(26);

function judge(observation: Partial<MintedObservation>) {
  const minted = { id, secretId: "arn:token", vaults: [] } as unknown as StackMinted;
  return judgeMinted(minted, {
    stored: "held",
    presence: "live",
    holds: id,
    tags: { vaults: [] },
    vaults: [],
    drift: [],
    unknown: [],
    ...observation,
  });
}

test.each([
  ["another value", "displaced"],
  ["no value yet", "empty"],
] as const)("a rotation that was killed and left %s is named as the cause", (_, stored) => {
  expect(judge({ stored, tags: { vaults: [], minting: [] } })).toMatchObject({
    status: "failed",
    happened: expect.stringContaining("did not come to its end"),
    remedy: expect.stringContaining("where `op` is signed in"),
  });
});

test("a value that something else has put there is not that of a rotation", () => {
  expect(judge({ stored: "displaced" })).toMatchObject({
    status: "failed",
    happened: expect.stringContaining("not the one that was deployed"),
  });
});

test("a store that is behind is to be pulled, and not to be taken over", () => {
  expect(judge({ stored: "behind", holds: "B".repeat(26) })).toMatchObject({
    status: "failed",
    remedy: expect.stringContaining("pull"),
  });
});

test("one that `op` does not list is not called alive", () => {
  const unknown = ["`op` does not list it, which proves nothing."];
  expect(judge({ presence: "unknown", unknown })).toMatchObject({
    status: "skipped",
    happened: expect.stringContaining("which proves nothing"),
  });
});

test("a server or a token that is alive and stored is fine", () => {
  expect(judge({})).toMatchObject({ status: "ok" });
});
