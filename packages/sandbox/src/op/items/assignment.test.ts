import { expect, test } from "vitest";
import { parseAssignment } from "./assignment.ts";

test.each([
  ["password=x", { field: "password", value: "x" }],
  ["Extra.host[text]=a.b=c", { section: "Extra", field: "host", type: "text", value: "a.b=c" }],
  ["a\\.b\\=c=", { field: "a.b=c", value: "" }],
  ["old[delete]", { field: "old", type: "delete", value: "" }],
  ["key[File]=./x.pem", { field: "key", type: "file", value: "./x.pem" }],
])("%s is read as its parts", (text, assignment) => {
  expect(parseAssignment(text)).toEqual(assignment);
});

test("a word without equals sign is no assignment", () => {
  expect(() => parseAssignment("password")).toThrow("invalid assignment");
});
