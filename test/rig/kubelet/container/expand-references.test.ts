import { expect, test } from "vitest";
import { expandReferences } from "./expand-references.ts";

const variables = new Map([
  ["HOST", "connect"],
  ["EMPTY", ""],
  ["NESTED", "$(HOST)"],
]);

test.each([
  ["http://$(HOST):8080", "http://connect:8080"],
  ["$(HOST)$(HOST)", "connectconnect"],
  ["[$(EMPTY)]", "[]"],
  ["$(MISSING)", "$(MISSING)"],
  ["$$(HOST)", "$(HOST)"],
  ["$$$(HOST)", "$connect"],
  ["$(NESTED)", "$(HOST)"],
  ["$HOST $(HOST", "$HOST $(HOST"],
  ["costs 5$", "costs 5$"],
])("%s becomes %s", (text, expanded) => {
  expect(expandReferences(text, variables)).toBe(expanded);
});
