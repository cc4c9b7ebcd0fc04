import { expect, test } from "vitest";
import { redactArgv } from "./redact-argv.ts";

test.each([
  [["item", "create", "password=x"], ["item", "create", "password=<redacted>"], true],
  [
    ["item", "edit", "i", "a.b[password]=x"],
    ["item", "edit", "i", "a.b[password]=<redacted>"],
    true,
  ],
  [["item", "edit", "i", "own=x"], ["item", "edit", "i", "own=<redacted>"], true],
  [["item", "create", "username=x"], ["item", "create", "username=<redacted>"], false],
  [["item", "create", "host[text]=x"], ["item", "create", "host[text]=<redacted>"], false],
  [["item", "create", "--url=https://x"], ["item", "create", "--url=https://x"], false],
  [["vault", "create", "a=b"], ["vault", "create", "a=b"], false],
  [["read", "op://a/b/known-secret"], ["read", "<redacted>"], true],
  [["x", "ops_eyJmaXh0dXJl"], ["x", "<redacted>"], true],
  [["x", "--t=eyJhbGciOi.eyJmaXh0dXJl.c2ln"], ["x", "<redacted>"], true],
])("%j is logged as %j", (argv, logged, secretInArguments) => {
  expect(redactArgv(argv, ["known-secret"])).toEqual({ argv: logged, secretInArguments });
});
