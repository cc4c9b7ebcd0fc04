import { expect, test } from "vitest";
import { knownProperties, unknown } from "./known.ts";

const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** As `unknownCheckingProxy` of `@pulumi/policy` does it. */
function throwing(props: object): object {
  return new Proxy(props, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (value === unknownText) throw new Error("not known during preview");
      return typeof value === "object" && value !== null ? throwing(value) : value;
    },
  });
}

test("properties are copied whole, though reading an unknown one throws", () => {
  const props = { name: "acme", id: unknownText, list: [unknownText, { at: 1 }], none: null };
  expect(knownProperties(throwing(props))).toEqual({
    name: "acme",
    id: unknown,
    list: [unknown, { at: 1 }],
    none: null,
  });
});
