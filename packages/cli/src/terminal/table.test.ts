import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { renderTable } from "./table.ts";

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;

function render(headings: string[], rows: string[][], columns?: number): string {
  const stream = Object.assign(Object.create(process.stdout), { isTTY: columns !== undefined });
  Object.assign(stream, { columns });
  return stripVTControlCharacters(renderTable(headings, rows, stream));
}

test("columns are as wide as what they show, colours not counted", () => {
  const rows = [
    [red("server"), "acme-prod"],
    ["token", ""],
  ];
  expect(render(["KIND", "NAME"], rows)).toBe("KIND    NAME\nserver  acme-prod\ntoken\n");
});

test("a wide character takes two columns", () => {
  const rows = [
    ["客户", "1"],
    ["acme", "2"],
  ];
  expect(render(["STACK", "AGE"], rows)).toBe("STACK  AGE\n客户   1\nacme   2\n");
});

describe("an error in the place of the cells", () => {
  const rows = [
    ["acme-prod", "2.4.1", "3d"],
    ["beta-prod", "The state of beta-prod could not be read: the backend did not answer."],
  ];
  const headings = ["STACK", "CHART", "AGE"];

  test("makes no column wider", () => {
    expect(render(headings, rows).split("\n").slice(0, 2)).toEqual([
      "STACK      CHART  AGE",
      "acme-prod  2.4.1  3d",
    ]);
  });

  test.each([80, 40])("is broken between words at a terminal of %d columns", (columns) => {
    const text = render(headings, rows, columns);
    expect(text.split("\n").every((line) => line.length <= columns)).toBe(true);
    expect(text.replaceAll(/\s+/g, " ")).toContain("could not be read: the backend did not");
    expect(text).toContain("acme-prod  2.4.1  3d");
  });
});

test("where a terminal has no room for the columns, each row is a list of its cells", () => {
  const headings = ["STACK", "CHART", "OPERATOR", "UPDATED", "CREDENTIAL", "FOR"];
  const rows = [
    ["acme-prod", "2.4.1", "1.12.0", "3d", "acme-prod", "server"],
    ["", "", "", "", "acme-prod-operator", "operator"],
  ];
  expect(render(headings, rows, 40)).toBe(
    [
      "STACK acme-prod",
      "CHART 2.4.1",
      "OPERATOR 1.12.0",
      "UPDATED 3d",
      "CREDENTIAL acme-prod",
      "FOR server",
      "",
      "CREDENTIAL acme-prod-operator",
      "FOR operator",
      "",
      "",
    ].join("\n"),
  );
});
