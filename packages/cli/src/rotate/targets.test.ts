import type { StackEnvironment } from "@opconnect/fleet";
import { expect, test } from "vitest";
import { rotationTargets } from "./targets.ts";

const minted = {
  secretId: "secret",
  store: { kind: "secrets-manager" },
  versionId: "one",
  vaults: [],
  serverId: "S",
} as const;
const environment: StackEnvironment = {
  servers: [{ ...minted, kind: "server", id: "S", urn: "server", name: "acme-prod" }],
  tokens: [
    {
      ...minted,
      urn: "operator",
      name: "acme-prod-operator",
      consumer: "operator",
      kind: "token",
      id: "o",
      tokenId: "o",
    },
    {
      ...minted,
      urn: "ci",
      name: "acme-prod-ci",
      consumer: "ci",
      kind: "token",
      id: "c",
      tokenId: "c",
    },
  ],
  vaults: [],
  accountTokens: [],
  clusterSecrets: [],
  deployments: [],
  certificates: [],
  networkPolicies: [],
  accessPolicies: [],
  clusterRoles: false,
  items: [],
  leaving: [],
};

function chosen(choice: { readonly server?: boolean; readonly token?: string }) {
  const targets = rotationTargets(environment, { stack: "main", ...choice });
  return targets.map(({ kind, id, follows }) => `${kind} ${id}${follows ? " follows" : ""}`);
}

test("every token is replaced unless something else is asked for", () => {
  expect(chosen({})).toEqual(["token o", "token c"]);
});

test.each(["ci", "acme-prod-ci"])("the token %s alone is replaced when it is named", (token) => {
  expect(chosen({ token })).toEqual(["token c"]);
});

test("a server takes all its tokens with it", () => {
  expect(chosen({ server: true })).toEqual(["server S", "token o follows", "token c follows"]);
});

test("what there is not is refused with what there is", () => {
  expect(() => chosen({ token: "cd" })).toThrow(/no Connect token for "cd".*"operator", "ci"/);
  const choice = { stack: "main", server: true };
  expect(() => rotationTargets({ ...environment, servers: [] }, choice)).toThrow(
    "no Connect server",
  );
  expect(() => chosen({ server: true, token: "ci" })).toThrow("Leave out one of them");
});

test("the token of a service account is replaced by the admin who made it", () => {
  const store = { kind: "secrets-manager" } as const;
  const token = {
    secret: "acme/token",
    secretId: "arn",
    versionId: "one",
    fingerprint: "f",
    store,
  };
  const alone = { ...environment, servers: [], tokens: [], accountTokens: [token] };
  expect(() => rotationTargets(alone, { stack: "main" })).toThrow(
    /that of a service account, which opconnect does not make. An admin .* into acme\/token; then/,
  );
});
