import fc from "fast-check";
import { expect, test } from "vitest";
import {
  encodeStoredSession,
  lastsFor,
  parseExpiration,
  parseStoredSession,
  renderCredentials,
} from "./credentials.ts";

const session = {
  accessKeyId: "ASIAFIXTURE",
  secretAccessKey: "fixture-key",
  sessionToken: "fixture-token",
  expiration: new Date("2026-11-21T12:00:00Z"),
};

test.each([
  "2026-11-21T12:00:00Z",
  "2026-11-21T12:00:00.000Z",
  "2026-11-21T12:00:00+00:00",
  "2026-11-21T12:00:00.123456+00:00",
  "2026-11-21T13:00:00+01:00",
  "2026-11-21T05:00:00-0700",
  "2026-11-21 12:00:00 UTC",
  "2026-11-21T12:00:00",
])("%s is a time in UTC, or with its offset", (text) => {
  expect(parseExpiration(text)?.toISOString()).toBe("2026-11-21T12:00:00.000Z");
});

test.each(["", "soon", "1763726400", "2026-11-21", "2026-13-41T99:00:00Z", "2026-11-21T12:00Z"])(
  "%j is no end of a session",
  (text) => {
    expect(parseExpiration(text)).toBeUndefined();
  },
);

test("what is stored is read back", () => {
  expect(parseStoredSession(encodeStoredSession(session))).toEqual(session);
  expect(encodeStoredSession(session)).toMatch(/^[\w+/=]+$/);
});

test("what is printed is one line of the contract", () => {
  expect(renderCredentials(session)).toBe(
    '{"Version":1,"AccessKeyId":"ASIAFIXTURE","SecretAccessKey":"fixture-key","SessionToken":"fixture-token","Expiration":"2026-11-21T12:00:00Z"}',
  );
});

test("any garbage is no session, and no error", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (text) => {
      expect(parseStoredSession(text)).toBeUndefined();
    }),
  );
});

test("a session lasts to its end, less the margin", () => {
  const at = (time: string) => new Date(`2026-11-21T${time}Z`);
  expect(lastsFor(session, 30, at("11:59:29"))).toBe(true);
  expect(lastsFor(session, 30, at("11:59:30"))).toBe(false);
  expect(lastsFor(session, 0, at("12:00:00"))).toBe(false);
});
