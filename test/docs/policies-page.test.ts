import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { policiesPage } from "./policies-page.ts";

test("docs/policies.md is what the rules say: `npm run docs:policies` writes it", () => {
  const page = readFileSync(new URL("../../docs/policies.md", import.meta.url), "utf8");
  expect(page).toBe(policiesPage());
});
