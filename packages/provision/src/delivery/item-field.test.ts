import { expect, test } from "vitest";
import { fieldValue, itemWithFields } from "./item-field.ts";

const own = { id: "password", label: "password", value: "fixture-now" };
const others = { id: "x1", label: "Password", value: "fixture-then", section: { id: "old" } };

function value(fields: readonly object[], field: string): string {
  const item = itemWithFields.parse({ id: "i", version: 1, fields });
  return fieldValue(item, { vault: "v", item: "i", field });
}

test("a field is known by its id first, by which each of one label can be named", () => {
  expect(value([own, others], "password")).toBe("fixture-now");
  expect(value([own, others], "x1")).toBe("fixture-then");
  expect(value([{ ...own, value: "" }, others], "password")).toBe("fixture-then");
});

test("fields of one label are told apart by what the error says", () => {
  const twice = [{ ...own, id: "x2" }, others];
  expect(() => value(twice, "password")).toThrow(/or the field by its id: x2, x1/);
});
