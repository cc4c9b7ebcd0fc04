import { readFileSync } from "node:fs";
import { createConvention } from "@opconnect/core";
import { expect, test } from "vitest";
import {
  forEveryKind,
  isPurposeKind,
  purposeKinds,
  rowOf,
} from "../../packages/core/src/convention/kinds.ts";
import { table } from "./table.ts";

const page = readFileSync(new URL("../../docs/naming.md", import.meta.url), "utf8");

test("docs/naming.md lists every kind of name as core's table has it", () => {
  const names = createConvention().names({ client: "acme", environment: "prod" });
  const rows = forEveryKind((kind) => {
    const { template, names: target, purpose = "" } = rowOf(kind);
    const gives = isPurposeKind(kind) ? names[kind](purpose) : names[kind];
    return [`\`${kind}\``, `\`${template}\``, `\`${gives}\``, target];
  });
  expect(page).toContain(table(["Template", "Default", "Gives", "Names"], Object.values(rows)));
});

test("docs/naming.md says which templates may use {purpose}", () => {
  const [last, ...others] = purposeKinds.map((kind) => `\`${kind}\``).reverse();
  expect(page).toContain(`${others.reverse().join(", ")} and ${last} may use \`{purpose}\``);
});
