import { expect, test } from "vitest";
import { encodeTagName } from "./tag-name.ts";

test("a name is compared in the form that a tag can hold", () => {
  expect(encodeTagName("acme, prod (eu) – Käse")).toBe("acme_ prod _eu_ _ Käse");
});
