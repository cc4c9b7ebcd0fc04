import { expect, test } from "vitest";
import { ConnectError, isConnectError } from "./connect-error.ts";

test("an error's text says what happened, what to do, and its code", () => {
  const error = new ConnectError("OP_NOT_FOUND", "There is no vault.", "Create one.");
  expect(error.message).toBe("There is no vault. Create one. [OP_NOT_FOUND]");
  expect(error).toMatchObject({
    name: "ConnectError",
    code: "OP_NOT_FOUND",
    happened: "There is no vault.",
    remedy: "Create one.",
  });
});

test("an error of another copy of the package is recognised", () => {
  class OtherCopy extends Error {
    get [Symbol.for("@opconnect/core.ConnectError")](): true {
      return true;
    }
  }
  expect(isConnectError(new OtherCopy())).toBe(true);
  expect(isConnectError(new ConnectError("OP_FAILED", "It failed.", "Try again."))).toBe(true);
});

test.each([[new Error("other")], [{ code: "OP_FAILED" }], ["OP_FAILED"], [null], [undefined]])(
  "%s is not taken for an error of ours",
  (value) => {
    expect(isConnectError(value)).toBe(false);
  },
);
