import { expect, test } from "vitest";
import { rules } from "./rules.ts";

test("every rule has a name of its own that configuration can hold", () => {
  const names = rules.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
});

test("a setting has no name that Pulumi or the pack has given away", () => {
  const taken = ["enforcementLevel", "environments"];
  const settings = rules.flatMap(({ settings = {} }) => Object.keys(settings));
  expect(settings.filter((name) => taken.includes(name))).toEqual([]);
});
