import { expect, test } from "vitest";
import type { ConnectTokenClaims } from "./connect-token.ts";
import { type ExpectedToken, tokenMismatches } from "./token-mismatches.ts";

const one = "fixturevaultone23456723456";
const two = "fixturevaulttwo23456723456";

const claims: ConnectTokenClaims = {
  id: "fixturetoken23456723456723",
  serverId: "FIXTURESERVER2345672345672",
  expiresAt: new Date("2026-01-01T00:00:00Z"),
  vaults: [
    { id: one, access: "read", acl: 48 },
    { id: two, access: "read-write", acl: 496 },
  ],
};

const expected: ExpectedToken = {
  serverId: "fixtureserver2345672345672",
  vaults: [
    { id: two.toUpperCase(), access: "read-write" },
    { id: one, access: "read" },
  ],
  now: new Date("2025-12-31T23:59:59Z"),
};

test("a token that fits has no mismatches, whatever the case of ids and the order of vaults", () => {
  expect(tokenMismatches(claims, expected)).toEqual([]);
});

test.each<[string, Partial<ExpectedToken>, string]>([
  [
    "another server",
    { serverId: "OTHERSERVER234567234567234" },
    "It belongs to Connect server FIXTURESERVER2345672345672, not to OTHERSERVER234567234567234.",
  ],
  [
    "a vault too many",
    { vaults: [{ id: one, access: "read" }] },
    `It covers vault ${two}, which it should not.`,
  ],
  [
    "more access than expected",
    {
      vaults: [
        { id: one, access: "read" },
        { id: two, access: "read" },
      ],
    },
    `Its access to vault ${two} is read-write, not read.`,
  ],
  [
    "less access than expected",
    {
      vaults: [
        { id: one, access: "read-write" },
        { id: two, access: "read-write" },
      ],
    },
    `Its access to vault ${one} is read, not read-write.`,
  ],
  [
    "its expiry",
    { now: new Date("2026-01-01T00:00:00Z") },
    "It expired at 2026-01-01T00:00:00.000Z.",
  ],
])("%s is a mismatch", (_, change, sentence) => {
  expect(tokenMismatches(claims, { ...expected, ...change })).toEqual([sentence]);
});

test("a vault that was silently left out is a mismatch", () => {
  const dropped = { ...claims, vaults: claims.vaults.slice(0, 1) };
  expect(tokenMismatches(dropped, expected)).toEqual([
    `It does not cover vault ${two.toUpperCase()}.`,
  ]);
});

test("a permission this release does not know never passes", () => {
  const unknown = { ...claims, vaults: [{ id: one, access: "unknown" as const, acl: 49_152 }] };
  const vaults = [{ id: one, access: "read" as const }];
  expect(tokenMismatches(unknown, { ...expected, vaults })).toEqual([
    `Its access to vault ${one} is unknown (49152), not read.`,
  ]);
});

test("expiry is not looked at without a time to compare with", () => {
  const { serverId, vaults } = expected;
  const expired = { ...claims, expiresAt: new Date(0) };
  expect(tokenMismatches(expired, { serverId, vaults })).toEqual([]);
});
