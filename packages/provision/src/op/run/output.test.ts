import { expect, test } from "vitest";
import { z } from "zod";
import { lastLine, parseOpJson } from "./output.ts";

const command = { args: ["vault", "list"], purpose: "list the vaults" };
const schema = z.array(z.object({ id: z.string() }));

test("nothing at all is an empty list", () => {
  expect(parseOpJson("\n", schema, command)).toEqual([]);
});

test("nothing but warnings is an empty list", () => {
  const stdout = "[WARNING] 2026/01/02 10:00:00 Eine neue Version ist da: [2.40.0]\n";
  expect(parseOpJson(stdout, schema, command)).toEqual([]);
});

test("warnings before the JSON are skipped", () => {
  const stdout =
    '[WARNING] 2026/01/02 10:00:00 A new version is there.\n[see {release notes}]\n[{"id":"a"}]\n';
  expect(parseOpJson(stdout, schema, command)).toEqual([{ id: "a" }]);
});

test("JSON over several lines is read", () => {
  expect(parseOpJson('[\n  {\n    "id": "a"\n  }\n]\n', schema, command)).toEqual([{ id: "a" }]);
});

test.each([
  ["text instead of JSON", "Keine Tresore gefunden"],
  ["a table", "KENNUNG NAME\nabc      Einkauf"],
  ["a web page", "<!DOCTYPE html>\n<html><body>Anmeldung</body></html>"],
  ["an error after a warning", "[WARNING] 2026/01/02 10:00:00 Alt.\n[FEHLER] Abgelehnt"],
  ["JSON cut short", '[{"id":"a"'],
  ["another shape", '[{"uuid":"a"}]'],
])("%s is an error that shows the beginning", (_, stdout) => {
  const parse = () => parseOpJson(stdout, schema, command);
  expect(parse).toThrow(/was to list the vaults.*OP_OUTPUT_UNEXPECTED/);
  expect(parse).toThrow(stdout.slice(0, 10));
});

test("a value printed after a warning is found", () => {
  expect(lastLine("[WARNING] update available\neyJ.fixture.token\n\n")).toBe("eyJ.fixture.token");
});

test("an answer that holds a secret is not shown", () => {
  const call = { ...command, printsSecret: true };
  const parse = () => parseOpJson('[{"value":"hunter two"}]', schema, call);
  expect(parse).toThrow("OP_OUTPUT_UNEXPECTED");
  expect(parse).not.toThrow("hunter");
});
