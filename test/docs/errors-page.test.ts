import { readFileSync } from "node:fs";
import { connectErrorCodes } from "@opconnect/core";
import { errorGuide } from "@opconnect/core/error-guide";
import { expect, test } from "vitest";
import { recordedOpFailures } from "../../packages/provision/fixtures/data/recorded-op-failures.ts";
import { errorsPage } from "./errors-page.ts";

test("every code has its remedy, once", () => {
  const guided = errorGuide.flatMap(({ remedies }) => Object.keys(remedies));
  expect([...guided].sort()).toEqual(Object.keys(connectErrorCodes).sort());
});

test("every code of op has a recorded text, or is known without one", () => {
  const recorded = new Set<string>(recordedOpFailures.map(({ code }) => code));
  const codes = Object.keys(connectErrorCodes).filter((code) => code.startsWith("OP_"));
  expect(codes.filter((code) => !recorded.has(code)).sort()).toEqual([
    "OP_NAME_TAKEN",
    "OP_NOT_INSTALLED",
    "OP_OUTPUT_UNEXPECTED",
    "OP_TIMED_OUT",
    "OP_TOO_OLD",
    "OP_UNAVAILABLE",
    "OP_WRONG_ACCOUNT",
  ]);
});

test("docs/errors.md is what the table says: `npm run docs:errors` writes it", () => {
  const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
  expect(page).toBe(errorsPage());
});
