import { expect, test } from "vitest";
import { encodeStoredSession } from "../session/credentials.ts";
import { parseSessionRequest } from "../session/request.ts";
import { cacheLabel, sessionOfItem, withField } from "./cache.ts";
import { parseItem } from "./op-item.ts";

const role = "arn:aws:iam::123456789012:role/Deploy";

const itemWith = (...fields: readonly object[]) =>
  parseItem(JSON.stringify({ id: "x", title: "AWS", version: 3, tags: ["t"], fields }), "test");

test.each([
  [{ item: "x" }, "session_cache"],
  [{ item: "x", "no-mfa": true }, "session_cache no-mfa"],
  [{ item: "x", "role-arn": role }, `session_cache ${role}`],
  [{ item: "x", "role-arn": role, "no-mfa": true }, `session_cache ${role} no-mfa`],
  [{ item: "x", "session-cache-field": "s" }, "s"],
])("%j is kept under a label of its own: %s", (values, label) => {
  expect(cacheLabel(parseSessionRequest(values, {}))).toBe(label);
});

test("of two sessions the one that lasts longer counts", () => {
  const value = (expiration: string) =>
    encodeStoredSession({
      accessKeyId: "a",
      secretAccessKey: "b",
      sessionToken: "c",
      expiration: new Date(expiration),
    });
  const field = (id: string, time: string) => ({ id, label: "session_cache", value: value(time) });
  const item = itemWith(field("1", "2026-01-01T00:00:00Z"), field("2", "2026-02-01T00:00:00Z"));
  expect(sessionOfItem(item, "session_cache")?.expiration.getUTCMonth()).toBe(1);
});

test("what goes back to op is what came, but for the field, codes and dates that are empty", () => {
  const section = { id: "s", label: "S" };
  const item = itemWith(
    { id: "a", type: "STRING", label: "a", value: "1", section, reference: "op://x" },
    { id: "otp", type: "OTP", label: "otp", value: "secret", totp: "123456" },
    { id: "d", type: "DATE", label: "d" },
  );
  expect(withField(item, "session_cache", "new")).toEqual({
    id: "x",
    title: "AWS",
    version: 3,
    tags: ["t"],
    fields: [
      { id: "a", type: "STRING", label: "a", value: "1", section, reference: "op://x" },
      { id: "otp", type: "OTP", label: "otp", value: "secret" },
      { id: "session_cache", type: "CONCEALED", label: "session_cache", value: "new" },
    ],
  });
});

test("an item of which parts are no text, or no field, is read as far as they are", () => {
  const odd = { toString: 1 };
  const fields = ["x", { id: odd, type: odd, label: odd, value: odd }, { id: "b", value: "y" }];
  const item = parseItem(JSON.stringify({ id: "a", title: odd, version: odd, fields }), "read it");
  expect(item).toMatchObject({ title: "", version: 0, fields: [{ label: "" }, { label: "b" }] });
  expect(withField(item, "b", "z").fields.at(-1)).toMatchObject({ id: "b", value: "z" });
});
