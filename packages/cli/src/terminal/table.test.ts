import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { renderTable } from "./table.ts";

test("columns are as wide as what they show, colours not counted", () => {
  const rows = [
    ["\u001b[31mserver\u001b[39m", "acme-prod"],
    ["token", ""],
  ];
  const table = renderTable(["KIND", "NAME"], rows);
  expect(stripVTControlCharacters(table)).toBe("KIND    NAME\nserver  acme-prod\ntoken\n");
});
