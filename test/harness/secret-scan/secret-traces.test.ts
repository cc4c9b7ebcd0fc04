import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { secretTraces } from "./secret-traces.ts";
import { createTraceFinder } from "./trace-finder.ts";

const secret = fc.string({ minLength: 8, maxLength: 80, unit: "grapheme-ascii" });
const surroundings = fc.uint8Array({ maxLength: 9 });

describe("a secret is found wherever it stands", () => {
  test.each<[string, (content: Buffer) => string]>([
    ["as it is", (content) => content.toString()],
    ["in base64", (content) => content.toString("base64")],
    ["in base64 of a URL", (content) => content.toString("base64url")],
    ["in base64 twice", (content) => base64(content.toString("base64"))],
    [
      "in base64 twice, further text in between",
      (content) => base64(`ab${content.toString("base64")}`),
    ],
    ["in hex", (content) => content.toString("hex")],
    ["in upper-case hex", (content) => content.toString("hex").toUpperCase()],
  ])("%s", (_, encode) => {
    fc.assert(
      fc.property(secret, surroundings, surroundings, (value, before, after) => {
        const content = encode(Buffer.concat([before, Buffer.from(value), after]));
        expect(finds([value], content)).toBe(true);
      }),
    );
  });

  test.each<[string, (value: string) => string]>([
    ["a JSON string", (value) => JSON.stringify({ value })],
    ["a JSON string within JSON", (value) => JSON.stringify(JSON.stringify({ value }))],
    ["a URL", (value) => `https://example.com/?value=${encodeURIComponent(value)}`],
  ])("in %s", (_, encode) => {
    fc.assert(
      fc.property(secret, (value) => {
        expect(finds([value], encode(value))).toBe(true);
      }),
    );
  });
});

const long = Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 89) % 251)).toString(
  "base64",
);

test("a secret wrapped over lines is found", () => {
  expect(finds([long], long.replace(/.{64}/g, "$&\n"))).toBe(true);
});

test("a secret cut short is found", () => {
  expect(finds([long], long.slice(100, 150))).toBe(true);
});

test("a token is found by its signature, not by what it shares with others of its issuer", () => {
  const shared = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJmaXh0dXJlIn0";
  expect(finds([`${shared}.fixture-signature`], `${shared}.another-signature`)).toBe(false);
  expect(finds([`${shared}.fixture-signature`], `${shared}.fixture-signature`)).toBe(true);
});

test("a secret of three words with dots between is not taken for a token", () => {
  expect(finds(["db.acme.internal"], "host db.acme.internal")).toBe(true);
});

test("a secret too short to be told from other text is refused without naming it", () => {
  expect(() => secretTraces(["hunter2"])).toThrow("A secret of 7 characters");
});

test("other text does not count", () => {
  expect(finds(["fixture-secret"], "fixture-secrecy and fixture-secre")).toBe(false);
});

function finds(secrets: readonly string[], content: string): boolean {
  return createTraceFinder(secretTraces(secrets))(content);
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
