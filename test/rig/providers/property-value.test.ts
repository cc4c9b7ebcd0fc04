import { expect, test } from "vitest";
import {
  copySecretMarks,
  hasUnknown,
  secretValue,
  unknownValue,
  withoutSecrets,
} from "./property-value.ts";

test("outputs are secret where the inputs of the same name were", () => {
  const inputs = { open: "a", nested: { hidden: secretValue("b"), open: "c" } };
  const outputs = { open: "a", nested: { hidden: "b", open: "c" }, computed: "d" };
  expect(copySecretMarks(outputs, inputs)).toEqual({
    open: "a",
    nested: { hidden: secretValue("b"), open: "c" },
    computed: "d",
  });
});

test("one secret element makes the whole list secret", () => {
  const marked = copySecretMarks({ list: ["a", "b"] }, { list: ["a", secretValue("b")] });
  expect(marked).toEqual({ list: secretValue(["a", "b"]) });
});

test("marks of secrecy come off at any depth", () => {
  const value = { a: secretValue({ b: [secretValue("c")] }) };
  expect(withoutSecrets(value)).toEqual({ a: { b: ["c"] } });
});

test("an unknown value is seen at any depth, behind secrecy too", () => {
  expect(hasUnknown({ a: [{ b: secretValue(unknownValue) }] })).toBe(true);
  expect(hasUnknown({ a: [{ b: secretValue("known") }] })).toBe(false);
});
