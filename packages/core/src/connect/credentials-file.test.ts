import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fixtureCredentialsFile, fixtureSecrets } from "../../fixtures/credentials-file.ts";
import { ConnectError } from "../error/connect-error.ts";
import { parseCredentialsFile } from "./credentials-file.ts";

test("a credentials file parses into its known parts", () => {
  expect(parseCredentialsFile(fixtureCredentialsFile)).toEqual({
    version: "2",
    deviceUuid: "fixturedevice2345672345672",
    verifier: { salt: "fixture-salt", localHash: "fixture-hash" },
    encCredentials: { iv: "fixture-iv", data: "fixture-data" },
    uniqueKey: { kid: "fixturekey2345672345672345", k: "fixture-key" },
  });
});

test("white space around the file and keys of a later release are accepted", () => {
  const later = JSON.stringify({ ...JSON.parse(fixtureCredentialsFile), later: true }, null, 2);
  expect(parseCredentialsFile(`${later}\n`)).toEqual(parseCredentialsFile(fixtureCredentialsFile));
});

test.each([
  ["nothing", "", "is empty"],
  ["white space", " \n", "is empty"],
  ["base64 for an old chart", toBase64(fixtureCredentialsFile), "is base64"],
  ["base64 in lines", wrap(toBase64(fixtureCredentialsFile)), "is base64"],
  ["base64 for an old chart, twice", toBase64(toBase64(fixtureCredentialsFile)), "is not JSON"],
  ["a Connect token", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJGIn0.c2ln", "is a Connect token"],
  ["op's own words", "Set up a Connect server.\nUUID: FIXTURE", "is what `op` printed"],
  ["a byte order mark", `\uFEFF${fixtureCredentialsFile}`, "begins with a byte order mark"],
  ["damaged JSON", fixtureCredentialsFile.replace(":", ""), "is damaged JSON"],
  ["a list", "[]", "is JSON, but no object"],
  ["null", "null", "is JSON, but no object"],
  ["a document export", '{"details":{"documentAttributes":{}},"uuid":"f"}', "document item"],
  ["a server description", '{"id":"F","name":"acme","state":"ACTIVE"}', "op connect server get"],
  ["version 1", withMember("version", "1"), 'no `"version": "2"`'],
  ["version as a number", withMember("version", 2), 'no `"version": "2"`'],
  ["no device", withMember("deviceUuid", undefined), "no text at `deviceUuid`"],
  ["an empty key", withMember("uniqueKey", { kid: "f", k: "" }), "no text at `uniqueKey.k`"],
  ["a verifier of text", withMember("verifier", "f"), "no text at `verifier.salt`"],
  ["sealed keys in a list", withMember("encCredentials", []), "no text at `encCredentials.iv`"],
])("%s is refused and recognised", (_, text, happened) => {
  expect(() => parseCredentialsFile(text)).toThrow(
    expect.objectContaining({
      code: "CREDENTIALS_FILE_INVALID",
      happened: expect.stringContaining(happened),
    }),
  );
});

test("a file cut short anywhere is recognised, and its content never shown", () => {
  const lengths = fc.integer({ min: 1, max: fixtureCredentialsFile.length - 1 });
  fc.assert(
    fc.property(lengths, (length) => {
      const error = errorOf(() => parseCredentialsFile(fixtureCredentialsFile.slice(0, length)));
      expect(error.happened).toBe(
        `The credentials file is cut short: it ends after ${length} characters, inside the JSON.`,
      );
      expectNoSecret(error);
    }),
  );
});

test("whatever else is passed, the error is ours and shows nothing of it", () => {
  const texts = fc.oneof(fc.string(), fc.json(), mutations());
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parseCredentialsFile(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ConnectError);
        if (error instanceof ConnectError) expectNoSecret(error);
      }
    }),
  );
});

function mutations(): fc.Arbitrary<string> {
  const at = fc.nat({ max: fixtureCredentialsFile.length });
  return fc.tuple(at, at, fc.string({ maxLength: 3 })).map(([start, end, put]) => {
    const [from, to] = start < end ? [start, end] : [end, start];
    return fixtureCredentialsFile.slice(0, from) + put + fixtureCredentialsFile.slice(to);
  });
}

function expectNoSecret(error: ConnectError): void {
  for (const secret of fixtureSecrets) expect(error.stack).not.toContain(secret);
  expect(error.cause).toBeUndefined();
}

function errorOf(work: () => unknown): ConnectError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw error;
  }
  throw new Error("It did not throw.");
}

function withMember(name: string, value: unknown): string {
  return JSON.stringify({ ...JSON.parse(fixtureCredentialsFile), [name]: value });
}

function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function wrap(text: string): string {
  return text.replaceAll(/(.{76})/g, "$1\n");
}
