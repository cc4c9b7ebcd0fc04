import { ConnectError } from "@opconnect/core";
import { expect, test } from "vitest";
import { renderFailure } from "./failure.ts";

const foreseen = new ConnectError("OP_NOT_FOUND", "There is\nno vault.", "Create one.");

test("a failure that was foreseen is one paragraph without a stack", () => {
  expect(renderFailure(foreseen, {})).toBe(
    "opconnect: There is no vault. Create one. [OP_NOT_FOUND]\n",
  );
});

test("any other names the way to its stack", () => {
  expect(renderFailure(new TypeError("x is not a function"), {})).toBe(
    "opconnect: x is not a function (unexpected; set OPCONNECT_DEBUG=1 for the stack)\n",
  );
});

test("the stack is shown to who asks for it", () => {
  expect(renderFailure(foreseen, { OPCONNECT_DEBUG: "1" })).toContain("failure.test.ts");
});
