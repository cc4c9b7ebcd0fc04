import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { programFailed } from "./program-failure.ts";

let programFolder: string;
beforeAll(async () => {
  programFolder = await mkdtemp(join(tmpdir(), "opconnect program-"));
  await writeFile(join(programFolder, "index.ts"), "one\ntwo\nthree\n");
});
afterAll(() => rm(programFolder, { recursive: true }));

/** What is told of a program that said something. */
async function told(said: string, end: { exitCode?: number; signal?: string } = { exitCode: 32 }) {
  const { exitCode, signal } = end;
  const project = { programFolder };
  return (await programFailed({ project, stack: "acme-prod", exitCode, signal, said: [said] }))
    .happened;
}

/** As `pulumi` has the program say it. */
function thrown(error: string, place = `${programFolder}/\u001b[39mindex.ts:2:11`): string {
  const program = `Running program '${programFolder}/index.ts'`;
  return `${program} failed with an unhandled exception:\n${error}\n    at Object.<anonymous> \u001b[90m(${place}\u001b[90m)\u001b[39m\n    at node:internal/modules:1:1`;
}

const secret = 'korrekt "horse"/<battery>&staple+\\\\é';

test.each([
  ["as it is", secret],
  ["in base64", Buffer.from(secret).toString("base64")],
  ["in an address", encodeURIComponent(secret)],
  ["in JSON", JSON.stringify(JSON.stringify(secret))],
  ["in hexadecimal", Buffer.from(secret).toString("hex")],
  ["in parts", [...secret].join(" ")],
  ["as a kind of error", `${Buffer.from(secret).toString("hex")}Error`],
  ["in brackets", `[${Buffer.from(secret).toString("hex").toUpperCase()}]`],
])("a secret %s is not told with a program's failure", async (_, quoted) => {
  for (const said of [`${quoted}: no such thing`, `Error: no such thing: ${quoted}`]) {
    expect(await told(thrown(said))).toBe(
      "The program of the stack acme-prod threw an error at index.ts:2.",
    );
  }
});

test("JavaScript's own kinds of errors are told", async () => {
  expect(await told(thrown("TypeError: no such thing"))).toBe(
    "The program of the stack acme-prod threw a TypeError at index.ts:2.",
  );
});

test("an error of opconnect is told by its code, and what that means", async () => {
  expect(await told(thrown("ConnectError: `vaults.app`: x [ARGUMENT_INVALID]"))).toMatch(
    /^The program of the stack acme-prod failed with ARGUMENT_INVALID at index\.ts:2\. [A-Z][^`]+\.$/,
  );
});

test.each([
  ["a line that the file does not have", "index.ts:4711:1"],
  ["a file that is not there", "secret.ts:1:1"],
  ["a library", "node_modules/library/index.js:1:1"],
])("%s is not told", async (_, place) => {
  expect(await told(thrown("Error", join(programFolder, place)))).toBe(
    "The program of the stack acme-prod threw an error.",
  );
});

test("a program that ends without a word is told by how it ended", async () => {
  expect(await told("", { exitCode: 3 })).toMatch(/ ended with exit code 3\.$/);
  expect(await told("", { signal: "SIGKILL" })).toMatch(/ was ended by SIGKILL\.$/);
});
