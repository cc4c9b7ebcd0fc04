import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { ConnectError } from "@opconnect/core";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { renderFailureJson } from "./failure.ts";
import { outputSchemaText, schemaFile } from "./json-schema.ts";

test("the published schema is that of what the commands print", async () => {
  const published = await readFile(new URL(`../../../${schemaFile}`, import.meta.url), "utf8");
  const isCurrent = isDeepStrictEqual(JSON.parse(published), JSON.parse(outputSchemaText()));
  expect(isCurrent, "Run `npm run schema -w packages/cli`.").toBe(true);
});

test("a failure that was foreseen has its code, what happened and what to do", () => {
  const error = new ConnectError("OP_NOT_FOUND", "There is no vault.", "Create one.");
  expect(JSON.parse(renderFailureJson(error))).toEqual({
    error: { code: "OP_NOT_FOUND", happened: "There is no vault.", remedy: "Create one." },
  });
});

test.each([
  [
    new CommanderError(1, "commander.unknownOption", "error: unknown option '--x'"),
    "ARGUMENT_INVALID",
  ],
  [new TypeError("x is not a function"), "UNEXPECTED"],
])("of any other failure too a program is told what to do: %s", (error, code) => {
  expect(JSON.parse(renderFailureJson(error))).toEqual({
    error: { code, happened: error.message, remedy: expect.stringMatching(/\w+\.$/) },
  });
});
