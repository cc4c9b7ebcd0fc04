import { createConvention } from "@opconnect/core";
import { describe, expect, test } from "vitest";
import type { OpServer } from "../op/servers.ts";
import type { OpToken } from "../op/tokens.ts";
import type { ListedSecret } from "../store/contract/credential-store.ts";
import { encodeStoreTags, type StoreTags } from "../store/contract/value-tags.ts";
import { judgeOrphans, type OrphanSearch } from "./judge.ts";

const search: OrphanSearch = {
  convention: createConvention(),
  now: new Date("2026-05-05T12:00:00Z"),
};
const longAgo = "2026-01-01T00:00:00Z";
const justNow = "2026-05-05T11:55:00Z";
const id = (letter: string) => letter.repeat(26);

function server(letter: string, name: string, change: Partial<OpServer> = {}): OpServer {
  return { id: id(letter).toUpperCase(), name, state: "ACTIVE", createdAt: longAgo, ...change };
}

function token(letter: string, name: string, of: string, change: Partial<OpToken> = {}): OpToken {
  const serverId = id(of).toUpperCase();
  return {
    id: id(letter),
    name,
    state: "ACTIVE",
    serverId,
    createdAt: longAgo,
    vaults: [],
    ...change,
  };
}

function secret(
  name: string,
  tags: Partial<StoreTags> = {},
  others: Readonly<Record<string, string>> = {},
): ListedSecret {
  return { secretId: name, name, versionIds: [], tags: { ...encodeStoreTags(tags), ...others } };
}

const orphansIn = (...given: Parameters<typeof judgeOrphans>) => judgeOrphans(...given).orphans;

const credentials = "opconnect/acme/prod/credentials";
const operatorToken = "opconnect/acme/prod/operator-token";

test("what a secret claims is no orphan, whatever case its id is written in", () => {
  const orphans = orphansIn(
    {
      servers: [server("a", "acme-prod")],
      tokens: [token("b", "acme-prod-operator", "a")],
      secrets: [
        secret(credentials, { serverId: id("a") }),
        secret(operatorToken, { serverId: id("a"), tokenId: id("b").toUpperCase() }),
      ],
    },
    search,
  );
  expect(orphans).toEqual([]);
});

test("a second server of the name is an orphan with its tokens, and ours", () => {
  const orphans = orphansIn(
    {
      servers: [server("a", "acme-prod"), server("c", "acme-prod")],
      tokens: [token("d", "typed by hand", "c")],
      secrets: [secret(credentials, { serverId: id("a") })],
    },
    search,
  );
  expect(orphans).toMatchObject([
    { kind: "server", id: id("C"), client: "acme", environment: "prod", isOurs: true },
    { kind: "token", id: id("d"), serverId: id("C"), isOurs: true },
  ]);
});

test("an unclaimed token of a claimed server is ours only if the store has its secret", () => {
  const orphans = orphansIn(
    {
      servers: [server("a", "acme-prod")],
      tokens: [
        token("b", "acme-prod-ci", "a"),
        token("d", "typed by hand", "a"),
        token("e", "acme-prod-reporting", "a"),
      ],
      secrets: [secret(credentials, { serverId: id("a") }), secret("opconnect/acme/prod/ci-token")],
    },
    search,
  );
  expect(orphans.map(({ name, isOurs }) => [name, isOurs])).toEqual([
    ["acme-prod-ci", true],
    ["typed by hand", false],
    // As one that a colleague minted into a clone that was not pulled yet.
    ["acme-prod-reporting", false],
  ]);
});

test("a name that only looks like the convention's proves nothing", () => {
  const evidence = { servers: [server("a", "home-lab")], tokens: [], secrets: [] };
  expect(orphansIn(evidence, search)).toMatchObject([{ name: "home-lab", isOurs: false }]);
});

test("an environment is known by the tags of a secret that somebody named", () => {
  const evidence = {
    servers: [server("a", "acme-prod")],
    tokens: [],
    secrets: [secret("vault/one", { minting: [] }, { client: "acme", environment: "prod" })],
  };
  expect(orphansIn(evidence, search)).toMatchObject([{ name: "acme-prod", isOurs: true }]);
});

test("what is revoked, or named by another rule, is no orphan", () => {
  const evidence = {
    servers: [
      server("a", "acme-prod", { state: "REVOKED" }),
      server("b", "somebody's server"),
      server("c", "acme-prod"),
    ],
    tokens: [
      token("d", "acme-prod-operator", "a"),
      token("e", "acme-prod-operator", "c", { state: "REVOKED" }),
    ],
    secrets: [secret(credentials, { serverId: id("c") })],
  };
  expect(orphansIn(evidence, search)).toEqual([]);
});

test("what is young, or was replaced a moment ago, may belong to an update under way", () => {
  const young = { servers: [server("a", "acme-prod", { createdAt: justNow })], tokens: [] };
  const [orphan] = orphansIn({ ...young, secrets: [] }, search);
  expect(orphan?.recent).toBe("it was made a moment ago");

  const replaced = {
    servers: [server("a", "acme-prod"), server("b", "acme-prod", { createdAt: justNow })],
    tokens: [],
    secrets: [secret(credentials, { serverId: id("b"), mintedAt: new Date(justNow) })],
  };
  const [old] = orphansIn(replaced, search);
  expect(old).toMatchObject({ id: id("A"), recent: "its environment was minted for a moment ago" });
  const [settled] = orphansIn(replaced, { ...search, settledAfterMs: 60_000 });
  expect(settled).not.toHaveProperty("recent");
});

test("client and environment narrow the search", () => {
  const evidence = {
    servers: [server("a", "acme-prod"), server("b", "acme-dev"), server("c", "beta-prod")],
    tokens: [],
    secrets: [],
  };
  const found = orphansIn(evidence, { ...search, client: "acme", environment: "dev" });
  expect(found.map(({ name }) => name)).toEqual(["acme-dev"]);
});

describe("a store that is behind", () => {
  const live = {
    servers: [server("a", "acme-prod")],
    tokens: [token("b", "acme-prod-operator", "a")],
  };
  const judged = (secrets: readonly ListedSecret[], others: readonly OpToken[] = []) =>
    judgeOrphans({ ...live, tokens: [...live.tokens, ...others], secrets }, search);

  test("by a token that is revoked, or that 1Password does not list, owns no orphan", () => {
    for (const [others, state] of [
      [[token("c", "acme-prod-operator", "a", { state: "REVOKED" })], "revoked"],
      [[], "not there"],
    ] as const) {
      const { orphans, behind } = judged(
        [
          secret(credentials, { serverId: id("a") }),
          secret(operatorToken, { serverId: id("a"), tokenId: id("c") }),
        ],
        others,
      );
      expect(behind).toEqual([{ secret: operatorToken, kind: "token", id: id("c"), state }]);
      expect(orphans).toMatchObject([{ id: id("b"), isOurs: false }]);
    }
  });

  test("by a server of another account owns no orphan, of no environment", () => {
    const { orphans, behind } = judged([
      secret(credentials, { minting: [] }),
      secret("opconnect/beta/prod/credentials", { serverId: id("z") }),
    ]);
    expect(behind).toMatchObject([{ kind: "server", id: id("z"), state: "not there" }]);
    expect(orphans.map(({ isOurs }) => isOurs)).toEqual([false, false]);
  });

  test("is not told by environments that were not asked for", () => {
    const secrets = [
      secret(credentials, { minting: [] }),
      secret("opconnect/beta/prod/credentials", { serverId: id("z") }),
    ];
    const { orphans } = judgeOrphans({ ...live, secrets }, { ...search, client: "acme" });
    expect(orphans.map(({ isOurs }) => isOurs)).toEqual([true, true]);
  });

  test.each([
    ["secrets that are empty", secret(credentials)],
    [
      "values that were retired",
      secret(credentials, { serverId: id("z"), fingerprint: "f", retired: "f" }),
    ],
  ])("by %s says nothing of it, and owns no orphan", (_, found) => {
    const { orphans, behind } = judged([found]);
    expect(behind).toEqual([]);
    expect(orphans.map(({ isOurs }) => isOurs)).toEqual([false, false]);
  });
});
