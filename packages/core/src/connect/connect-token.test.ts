import { Buffer } from "node:buffer";
import { inspect } from "node:util";
import fc from "fast-check";
import { generateKeyPair, SignJWT } from "jose";
import { expect, test } from "vitest";
import { fixtureClaims, fixtureToken, fixtureTokenSecret } from "../../fixtures/connect-token.ts";
import { ConnectError } from "../error/connect-error.ts";
import { decodeConnectToken } from "./connect-token.ts";

test("a signed token gives its id, server, account, times and vaults, and not its secret", async () => {
  const { privateKey } = await generateKeyPair("ES256");
  const header = { alg: "ES256", kid: "fixturekey2345672345672345", typ: "JWT" };
  const jwt = await new SignJWT(fixtureClaims).setProtectedHeader(header).sign(privateKey);
  const claims = decodeConnectToken(jwt);
  expect(claims).toEqual({
    id: "fixturetoken23456723456723",
    serverId: "FIXTURESERVER2345672345672",
    accountId: "FIXTUREACCOUNT234567234567",
    issuedAt: new Date("2025-10-09T08:53:20Z"),
    expiresAt: new Date("2025-10-10T08:53:20Z"),
    vaults: [
      { id: "fixturevaultone23456723456", access: "read", acl: 48 },
      { id: "fixturevaulttwo23456723456", access: "read-write", acl: 496 },
    ],
  });
  expect(inspect(claims, { depth: null, showHidden: true })).not.toContain(fixtureTokenSecret);
});

test("a token without expiry or account has neither, and an unknown permission stays a number", () => {
  const { sub, jti } = fixtureClaims;
  const vault = { u: "fixturevaultone23456723456", a: 49_152 };
  expect(decodeConnectToken(fixtureToken({ sub, jti, "1password.com/vts": [vault] }))).toEqual({
    id: jti,
    serverId: sub,
    vaults: [{ id: vault.u, access: "unknown", acl: 49_152 }],
  });
});

test.each([
  ["nothing", "", "is empty"],
  ["a line break at the end", `${fixtureToken()}\n`, "white space"],
  ["a line break inside", fixtureToken().replace(".", ".\n"), "white space"],
  ["two parts", fixtureToken().replace(/\.[^.]*$/, ""), "not three parts"],
  ["four parts", `${fixtureToken()}.AAAA`, "not three parts"],
  ["no signature", fixtureToken().replace(/A+$/, ""), "not three parts"],
  ["a signature cut short", fixtureToken().slice(0, -1), "signature"],
  ["a service account's token", "ops_eyJmaXh0dXJlIjp0cnVlfQ", "service account"],
  ["a credentials file", '{"version":"2"}', "credentials file"],
  ["a payload that is no JSON", "eyJhbGciOiJFUzI1NiJ9.fixture.sig", "JSON objects"],
  ["a header that is no object", fixtureToken(fixtureClaims, []), "JSON objects"],
  ["a payload that is no object", fixtureToken(["fixture"]), "JSON objects"],
  ["no id", withClaim("jti", undefined), '"jti"'],
  ["an id that is a flag", withClaim("jti", "--name=x"), '"jti"'],
  ["a server that is no id", withClaim("sub", "acme-prod"), '"sub"'],
  ["an account that is no id", withClaim("1password.com/auuid", 7), '"1password.com/auuid"'],
  ["an expiry that is text", withClaim("exp", "2030"), '"exp"'],
  ["an expiry beyond all dates", withClaim("exp", 1e300), '"exp"'],
  ["no vaults", withClaim("1password.com/vts", undefined), '"1password.com/vts"'],
  ["vaults that are no list", withClaim("1password.com/vts", {}), '"1password.com/vts"'],
  ["a vault that is null", withClaim("1password.com/vts", [null]), '"1password.com/vts"'],
  ["a vault without id", withClaim("1password.com/vts", [{ a: 48 }]), 'claim "u"'],
  ["a vault listed twice", withVaultTwice(), '"1password.com/vts"'],
])("%s is refused and recognised", (_, text, happened) => {
  expect(() => decodeConnectToken(text)).toThrow(
    expect.objectContaining({
      code: "TOKEN_MALFORMED",
      happened: expect.stringContaining(happened),
    }),
  );
});

test("hostile text gives an error of ours, never one that shows the secret", () => {
  const texts = fc.oneof(
    fc.string(),
    mutatedToken(),
    fc.json().map((claims) => fixtureToken(JSON.parse(claims))),
    fc.anything().map((value) => withClaim("1password.com/vts", toJsonable(value))),
    fc.tuple(claimNames(), fc.jsonValue()).map(([name, value]) => withClaim(name, value)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const outcome = attempt(text);
      if (outcome instanceof Error) {
        expect(outcome).toBeInstanceOf(ConnectError);
        expect(outcome.cause).toBeUndefined();
      }
      expect(inspect(outcome, { depth: null, showHidden: true })).not.toContain(fixtureTokenSecret);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["nested deeper than a stack", `{"sub":${"[".repeat(1e6)}${"]".repeat(1e6)}}`],
  ["with a prototype of its own", '{"__proto__":{"sub":"FIXTURESERVER2345672345672"}}'],
  ["with the secret in broken JSON", `{"1password.com/token":"${fixtureTokenSecret}",}`],
])("a payload %s is refused without showing it", (_, payload) => {
  const [header, , signature] = fixtureToken().split(".");
  const outcome = attempt(`${header}.${Buffer.from(payload).toString("base64url")}.${signature}`);
  expect(outcome).toBeInstanceOf(ConnectError);
  expect(inspect(outcome)).not.toContain(fixtureTokenSecret);
});

function attempt(text: string): unknown {
  try {
    return decodeConnectToken(text);
  } catch (error) {
    return error;
  }
}

function mutatedToken(): fc.Arbitrary<string> {
  const token = fixtureToken();
  const at = fc.nat({ max: token.length });
  return fc
    .tuple(at, fc.string({ maxLength: 2 }), fc.nat({ max: 2 }))
    .map(([start, put, cut]) => token.slice(0, start) + put + token.slice(start + cut));
}

function claimNames(): fc.Arbitrary<string> {
  return fc.constantFrom(...Object.keys(fixtureClaims));
}

function toJsonable(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch {
    return null;
  }
}

function withClaim(name: string, value: unknown): string {
  return fixtureToken({ ...fixtureClaims, [name]: value });
}

function withVaultTwice(): string {
  const [vault] = fixtureClaims["1password.com/vts"];
  return withClaim("1password.com/vts", [vault, { ...vault, u: vault?.u.toLowerCase() }]);
}
